package org.postrider.filter;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A milter that does as it is told: for each command, what to answer, or how to fail. Over TCP on a free port. */
public final class FakeMilter implements AutoCloseable {
    private static final int VERSION = 6;

    private final ServerSocket socket;
    private final Map<Character, List<byte[]>> answers = new HashMap<>();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile int actions = 0x1ff;
    private volatile int steps;
    private volatile char diesAt;
    private volatile char stallsAt;

    /** Each command with its data, NUL written as {@code |}. */
    public final List<String> seen = new CopyOnWriteArrayList<>();

    public FakeMilter() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake-milter").start(this::serve);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }

    FilterAddress filterAddress() {
        return new FilterAddress(address());
    }

    /** What it wants of the protocol. */
    FakeMilter negotiates(int wantedActions, int wantedSteps) {
        actions = wantedActions;
        steps = wantedSteps;
        return this;
    }

    /** Answers a command with packets, each a command and its data; without this, with CONTINUE. */
    public FakeMilter answers(char command, byte[]... packets) {
        answers.put(command, List.of(packets));
        return this;
    }

    /** Closes the connection where it should answer a command, after the packets it was given for it. */
    FakeMilter diesAt(char command) {
        diesAt = command;
        return this;
    }

    /** Says nothing any more where it should answer. */
    FakeMilter stallsAt(char command) {
        stallsAt = command;
        return this;
    }

    String body() {
        return body.toString(StandardCharsets.UTF_8);
    }

    /** A packet. */
    public static byte[] packet(char command, String data) {
        return packet(command, data.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] packet(char command, byte[] data) {
        return ByteBuffer.allocate(Integer.BYTES + 1 + data.length)
                .putInt(data.length + 1)
                .put((byte) command)
                .put(data)
                .array();
    }

    /** A packet of an edit that has an index. */
    static byte[] indexed(char command, int index, String data) {
        byte[] text = data.getBytes(StandardCharsets.UTF_8);
        return packet(
                command,
                ByteBuffer.allocate(Integer.BYTES + text.length)
                        .putInt(index)
                        .put(text)
                        .array());
    }

    private void serve() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                clients.add(client);
                Thread.ofVirtual().name("fake-milter-session").start(() -> converse(client));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void converse(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            boolean goesOn = true;
            while (goesOn) {
                byte[] data = new byte[in.readInt() - 1];
                char command = (char) in.read();
                in.readFully(data);
                goesOn = take(command, data, out);
            }
        } catch (EOFException _) {
            // The client has left.
            return;
        } catch (IOException e) {
            if (!client.isClosed() && !socket.isClosed()) {
                seen.add("broken: " + e.getMessage());
            }
        }
    }

    private boolean take(char command, byte[] data, DataOutputStream out) throws IOException {
        seen.add(command + " " + new String(data, StandardCharsets.UTF_8).replace('\0', '|'));
        if (command == 'B') {
            body.writeBytes(data);
        }
        if (command == 'Q') {
            return false;
        }
        if (command == stallsAt) {
            return true;
        }
        List<byte[]> packets = command == 'O' && !answers.containsKey('O') ? List.of(options()) : packets(command);
        for (byte[] packet : packets) {
            out.write(packet);
        }
        out.flush();
        return command != diesAt;
    }

    private List<byte[]> packets(char command) {
        if (command == 'D' || command == 'A' || isSilent(command)) {
            return List.of();
        }
        List<byte[]> usual = command == diesAt ? List.of() : List.of(packet('c', ""));
        return answers.getOrDefault(command, usual);
    }

    private boolean isSilent(char command) {
        int silent = switch (command) {
            case 'C' -> Negotiated.SILENT_CONNECT;
            case 'H' -> Negotiated.SILENT_HELO;
            case 'M' -> Negotiated.SILENT_MAIL;
            case 'R' -> Negotiated.SILENT_RCPT;
            case 'T' -> Negotiated.SILENT_DATA;
            case 'L' -> Negotiated.SILENT_HEADER;
            case 'N' -> Negotiated.SILENT_END_OF_HEADER;
            case 'B' -> Negotiated.SILENT_BODY;
            default -> 0;
        };
        return (steps & silent) != 0;
    }

    private byte[] options() {
        return packet(
                'O',
                ByteBuffer.allocate(3 * Integer.BYTES)
                        .putInt(VERSION)
                        .putInt(actions)
                        .putInt(steps)
                        .array());
    }

    /** The commands it was sent, one letter each, macros left out. */
    String commands() {
        StringBuilder letters = new StringBuilder();
        for (String command : new ArrayList<>(seen)) {
            if (command.charAt(0) != 'D') {
                letters.append(command.charAt(0));
            }
        }
        return letters.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket client : clients) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
