package org.postrider.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on a loopback port, UDP and TCP, that answers from records which the test adds, and misbehaves for the names
 * the test says.
 *
 * <pre>{@code
 * try (FakeDnsServer dns = FakeDnsServer.start()) {
 *     dns.add("example.net", 300, "MX", "10 mx.example.net.").add("mx.example.net", 300, "A", "127.0.0.1");
 *     dns.behave("broken.example", FakeDnsServer.Behaviour.SERVFAIL);
 *     // [dns] servers = [ dns.address() ]
 * }
 * }</pre>
 *
 * <p>Thread: any.
 */
public final class FakeDnsServer implements AutoCloseable {
    private static final int BIND_TRIES = 20;
    private static final int ALIASES_MAX = 3;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
    private final Map<Name, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile long negativeTtl = 60;
    private volatile boolean authentic;

    /** How a name is answered. */
    public enum Behaviour {
        /** From the records; the usual. */
        HONEST,
        SERVFAIL,
        REFUSED,
        /** Not at all. */
        SILENT,
        /** UDP replies are cut short; TCP gives all. */
        TRUNCATED,
        /** What comes is no DNS message. */
        GARBAGE
    }

    private FakeDnsServer(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    public static FakeDnsServer start() {
        for (int tries = 1; ; tries++) {
            try {
                InetAddress loopback = InetAddress.getLoopbackAddress();
                ServerSocket tcp = new ServerSocket(0, 50, loopback);
                try {
                    FakeDnsServer server = new FakeDnsServer(new DatagramSocket(tcp.getLocalPort(), loopback), tcp);
                    Thread.ofVirtual().name("fake-dns-udp").start(server::serveUdp);
                    Thread.ofVirtual().name("fake-dns-tcp").start(server::serveTcp);
                    return server;
                } catch (IOException taken) {
                    tcp.close();
                    throw taken;
                }
            } catch (IOException e) {
                if (tries == BIND_TRIES) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    /** Adds a record in zone-file form, as in {@code add("example.net", 300, "MX", "10 mx.example.net.")}. */
    public FakeDnsServer add(String name, long ttl, String type, String data) {
        Name owner = name(name);
        try {
            Record entry = Record.fromString(owner, Type.value(type), DClass.IN, ttl, data, Name.root);
            records.computeIfAbsent(owner, _ -> new CopyOnWriteArrayList<>()).add(entry);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a record whose data is of no octets. */
    public FakeDnsServer addEmpty(String name, String type) {
        Name owner = name(name);
        records.computeIfAbsent(owner, _ -> new CopyOnWriteArrayList<>())
                .add(Record.newRecord(owner, Type.value(type), DClass.IN, 300));
        return this;
    }

    /** Takes away all records of a name. */
    public FakeDnsServer remove(String name) {
        records.remove(name(name));
        return this;
    }

    public FakeDnsServer behave(String name, Behaviour behaviour) {
        behaviours.put(name(name), behaviour);
        return this;
    }

    /** What negative answers say of their life. */
    public FakeDnsServer negativeTtl(long seconds) {
        negativeTtl = seconds;
        return this;
    }

    /** Whether replies carry AD, as those of a validating resolver for signed zones. */
    public FakeDnsServer authentic(boolean ad) {
        authentic = ad;
        return this;
    }

    /** What was asked, as {@code udp example.net. MX}; {@code +ad} behind it where the query had the AD bit. */
    public List<String> questions() {
        return List.copyOf(questions);
    }

    private static Name name(String text) {
        return Name.fromConstantString(text.endsWith(".") ? text : text + ".");
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
                byte[] reply = reply(Arrays.copyOf(buffer, packet.getLength()), false);
                if (reply != null) {
                    udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // Closing, or a client that has gone.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.ofVirtual().name("fake-dns-connection").start(() -> serve(socket));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] reply = reply(in.readNBytes(in.readUnsignedShort()), true);
                if (reply != null) {
                    out.writeShort(reply.length);
                    out.write(reply);
                    out.flush();
                }
            }
        } catch (IOException _) {
            // The client went away.
        }
    }

    private byte @Nullable [] reply(byte[] wire, boolean overTcp) throws IOException {
        Message query = new Message(wire);
        Record question = query.getQuestion();
        questions.add((overTcp ? "tcp " : "udp ") + question.getName() + " " + Type.string(question.getType())
                + (query.getHeader().getFlag(Flags.AD) ? " +ad" : ""));
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.RA);
        reply.addRecord(question, Section.QUESTION);
        switch (behaviours.getOrDefault(question.getName(), Behaviour.HONEST)) {
            case HONEST -> fill(reply, question);
            case SERVFAIL -> reply.getHeader().setRcode(Rcode.SERVFAIL);
            case REFUSED -> reply.getHeader().setRcode(Rcode.REFUSED);
            case TRUNCATED -> {
                if (overTcp) {
                    fill(reply, question);
                } else {
                    reply.getHeader().setFlag(Flags.TC);
                }
            }
            case SILENT -> {
                return null;
            }
            case GARBAGE -> {
                // The right id and a question count that is not kept.
                return new byte[] {wire[0], wire[1], (byte) 0x84, 0, 0, 1, 0, 9, 0, 0, 0, 0, 77};
            }
        }
        return reply.toWire();
    }

    private void fill(Message reply, Record question) throws IOException {
        if (authentic) {
            reply.getHeader().setFlag(Flags.AD);
        }
        Name current = question.getName();
        for (int hops = 0; hops <= ALIASES_MAX; hops++) {
            List<Record> here = records.getOrDefault(current, List.of());
            Name target = null;
            boolean found = false;
            for (Record each : here) {
                if (each.getType() == question.getType()) {
                    reply.addRecord(each, Section.ANSWER);
                    found = true;
                } else if (each instanceof CNAMERecord alias) {
                    reply.addRecord(each, Section.ANSWER);
                    target = alias.getTarget();
                }
            }
            if (found) {
                return;
            }
            if (target == null) {
                negative(reply, here.isEmpty());
                return;
            }
            current = target;
        }
    }

    private void negative(Message reply, boolean noSuchName) throws IOException {
        if (noSuchName) {
            reply.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        Name zone = name("example");
        reply.addRecord(
                new SOARecord(zone, DClass.IN, negativeTtl, zone, zone, 1, 3600, 600, 86_400, negativeTtl),
                Section.AUTHORITY);
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
