package org.postrider.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A TLS session over a {@link Transport}. Blocks where that blocks; deadlines are the transport's business.
 *
 * <p>An idle channel holds one buffer that a command fits into; those for whole records are borrowed while there is
 * something in them.
 *
 * <p>Thread: one reads and writes.
 */
public final class TlsChannel {
    private static final int WAITING_OCTETS = 1_024;
    /** Type, version and length (RFC 8446 §5.1). */
    private static final int HEADER_OCTETS = 5;
    /** RFC 5246 §6.2.3: 2^14 + 2,048 octets of ciphertext; the engine may ask for a little more to write into. */
    private static final int RECORD_OCTETS_MAX = HEADER_OCTETS + 16 * 1_024 + 2_048;

    private static final int BUFFER_OCTETS = RECORD_OCTETS_MAX + 256;
    /** The plain text of one record. */
    private static final int FRAGMENT_OCTETS = 16 * 1_024;
    /** A handshake goes back and forth a few times; one that never ends must end. */
    private static final int ROUNDS_MAX = 400;
    /** change_cipher_spec to heartbeat, the types that records have. */
    private static final int TYPE_LEAST = 20;

    private static final int TYPE_MOST = 24;

    private static final String EXPORTER_LABEL = "EXPORTER-Channel-Binding";
    private static final int EXPORTER_OCTETS = 32;
    private static final String TLS_1_3 = "TLSv1.3";

    private static final byte[] NOTHING = new byte[0];
    private static final RecordBuffers BUFFERS = new RecordBuffers(BUFFER_OCTETS);

    private final SSLEngine engine;
    private final Transport transport;
    private final byte[] waiting = new byte[WAITING_OCTETS];
    /** A buffer for whole records, while there is one. */
    private byte @Nullable [] borrowed;

    /** Ciphertext that was read, between position and limit; over {@link #borrowed}, else over {@link #waiting}. */
    private ByteBuffer in = ByteBuffer.wrap(waiting).limit(0);
    /** Plain text that the caller had no room for. */
    private @Nullable ByteBuffer left;

    private boolean ended;
    private boolean broken;

    public TlsChannel(SSLEngine engine, Transport transport) {
        this.engine = engine;
        this.transport = transport;
    }

    /**
     * Shakes hands.
     *
     * @throws TlsFailure where the two sides do not agree; the peer has been sent the alert
     * @throws IOException of the transport
     */
    public void handshake() throws IOException {
        try {
            engine.beginHandshake();
            for (int rounds = 0; rounds < ROUNDS_MAX; rounds++) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_WRAP -> sendFlight();
                    case NEED_TASK -> runTasks();
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> takeHandshakeRecord();
                    case FINISHED, NOT_HANDSHAKING -> {
                        return;
                    }
                }
            }
            throw new SSLException("the handshake does not end");
        } catch (SSLException e) {
            throw failure(e);
        }
    }

    private void takeHandshakeRecord() throws IOException {
        if (!awaitRecord(false)) {
            throw new SSLException("the peer left during the handshake");
        }
        if (unwrap(NOTHING, 0, 0).getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new SSLException("the peer ended the handshake");
        }
    }

    /** At least one octet, or -1 where the peer has ended the session, with its close_notify or without. */
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left != null) {
            return takeLeft(left, into, offset, length);
        }
        try {
            while (!ended) {
                if (!awaitRecord(length > WAITING_OCTETS)) {
                    ended = true;
                    return -1;
                }
                SSLEngineResult result = unwrap(into, offset, length);
                follow(result);
                if (left != null) {
                    return takeLeft(left, into, offset, length);
                }
                if (result.bytesProduced() > 0) {
                    return result.bytesProduced();
                }
            }
            return -1;
        } catch (SSLException e) {
            throw failure(e);
        }
    }

    /** Whether there are octets of the peer's that were read from the transport and not yet by the caller. */
    public boolean hasBuffered() {
        return left != null || in.hasRemaining();
    }

    /**
     * Whether the peer has said or ended something that the caller has not read, as far as was read from the transport: a
     * session ticket (RFC 8446 §4.6.1) is not for the caller and does not count.
     */
    public boolean hasArrived() throws IOException {
        try {
            while (left == null && !ended && holdsRecord()) {
                follow(unwrap(NOTHING, 0, 0));
            }
            return left != null || ended;
        } catch (SSLException e) {
            throw failure(e);
        }
    }

    /**
     * The same, with what the transport has by now. The transport must not wait in the meantime, but answer 0 where there
     * is nothing to read.
     */
    public boolean hasArrivedUnasked() throws IOException {
        while (!hasArrived()) {
            int count = readMore(false);
            if (count <= 0) {
                ended |= count < 0;
                return ended;
            }
        }
        return true;
    }

    private boolean holdsRecord() throws IOException {
        return in.remaining() >= HEADER_OCTETS && in.remaining() >= recordOctets();
    }

    private int takeLeft(ByteBuffer plain, byte[] into, int offset, int length) {
        int count = Math.min(length, plain.remaining());
        plain.get(into, offset, count);
        if (!plain.hasRemaining()) {
            left = null;
        }
        return count;
    }

    /** Opens one record, into the caller's array if that surely holds it, else into {@link #left}. */
    private SSLEngineResult unwrap(byte[] into, int offset, int length) throws IOException {
        SSLEngineResult result;
        if (length >= recordOctets()) {
            result = engine.unwrap(in, ByteBuffer.wrap(into, offset, length));
        } else {
            byte[] room = BUFFERS.borrow();
            try {
                result = engine.unwrap(in, ByteBuffer.wrap(room));
                if (result.bytesProduced() > 0) {
                    left = ByteBuffer.wrap(Arrays.copyOf(room, result.bytesProduced()));
                }
            } finally {
                BUFFERS.giveBack(room);
            }
        }
        rest();
        return switch (result.getStatus()) {
            case OK, CLOSED -> result;
            case BUFFER_OVERFLOW, BUFFER_UNDERFLOW -> throw new SSLException("a record that does not keep its length");
        };
    }

    /** Does what a record asks for beside content: to end, to change keys; another handshake is refused. */
    private void follow(SSLEngineResult result) throws IOException {
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            ended = true;
            return;
        }
        HandshakeStatus status = result.getHandshakeStatus();
        boolean quiet = status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED;
        if (quiet) {
            return;
        }
        if (!engine.getSession().getProtocol().equals(TLS_1_3)) {
            throw new SSLException("renegotiation refused");
        }
        for (int rounds = 0; rounds < ROUNDS_MAX; rounds++) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> sendFlight();
                case NEED_TASK -> runTasks();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    /** Reads until a record is whole; false where the transport ended before that. */
    private boolean awaitRecord(boolean expectsMuch) throws IOException {
        while (!holdsRecord()) {
            if (readMore(expectsMuch) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Reads once; how much, or -1 at the end. */
    private int readMore(boolean expectsMuch) throws IOException {
        makeRoom(expectsMuch);
        int from = in.limit();
        byte[] octets = borrowed == null ? waiting : borrowed;
        int count = transport.read(octets, from, octets.length - from);
        if (count > 0) {
            in.limit(from + count);
            int type = in.get(in.position());
            if (type < TYPE_LEAST || type > TYPE_MOST) {
                throw new SSLException("the peer does not speak TLS");
            }
        }
        return count;
    }

    /** The length that the next record's header tells, itself included. */
    private int recordOctets() throws SSLException {
        int at = in.position();
        int octets = HEADER_OCTETS + ((in.get(at + 3) & 0xff) << 8) + (in.get(at + 4) & 0xff);
        if (octets > RECORD_OCTETS_MAX) {
            throw new SSLException("a record of " + octets + " octets");
        }
        return octets;
    }

    /** Makes room behind what is unread; where more than a command is to come, in a record's buffer. */
    private void makeRoom(boolean expectsMuch) {
        if (borrowed == null && (expectsMuch || in.remaining() >= HEADER_OCTETS)) {
            byte[] room = BUFFERS.borrow();
            borrowed = room;
            in = ByteBuffer.wrap(room).put(in).flip();
        } else if (in.position() > 0) {
            in.compact().flip();
        }
    }

    /** Gives the record's buffer back once nothing is in it. */
    private void rest() {
        if (in.hasRemaining()) {
            return;
        }
        if (borrowed == null) {
            in.clear().limit(0);
        } else {
            BUFFERS.giveBack(borrowed);
            borrowed = null;
            in = ByteBuffer.wrap(waiting).limit(0);
        }
    }

    /** Writes all, in as few records as hold it. */
    public void write(byte[] octets, int offset, int length) throws IOException {
        try {
            int end = offset + length;
            for (int at = offset; at < end; at += FRAGMENT_OCTETS) {
                ByteBuffer plain = ByteBuffer.wrap(octets, at, Math.min(end - at, FRAGMENT_OCTETS));
                while (plain.hasRemaining()) {
                    wrap(plain);
                }
            }
        } catch (SSLException e) {
            throw failure(e);
        }
    }

    private void wrap(ByteBuffer plain) throws IOException {
        byte[] sealed = BUFFERS.borrow();
        try {
            SSLEngineResult result = engine.wrap(plain, ByteBuffer.wrap(sealed));
            if (result.bytesProduced() > 0) {
                transport.write(sealed, 0, result.bytesProduced());
            }
            switch (result.getStatus()) {
                case OK -> {}
                case CLOSED -> {
                    if (plain.hasRemaining()) {
                        throw new SSLException("the session has ended");
                    }
                }
                case BUFFER_OVERFLOW, BUFFER_UNDERFLOW -> throw new SSLException("the engine: " + result.getStatus());
            }
        } finally {
            BUFFERS.giveBack(sealed);
        }
    }

    /**
     * Sends what the engine has ready, in one write where it fits: the three records of a server's first flight in three
     * would wake the peer three times.
     */
    private void sendFlight() throws IOException {
        byte[] sealed = BUFFERS.borrow();
        int filled = 0;
        try {
            boolean fits = true;
            while (fits && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                SSLEngineResult result =
                        engine.wrap(nothing(), ByteBuffer.wrap(sealed, filled, sealed.length - filled));
                filled += result.bytesProduced();
                fits = result.bytesProduced() > 0;
            }
        } finally {
            try {
                // Also before an alert: what was sealed first is opened first.
                if (filled > 0) {
                    transport.write(sealed, 0, filled);
                }
            } finally {
                BUFFERS.giveBack(sealed);
            }
        }
    }

    private static ByteBuffer nothing() {
        return ByteBuffer.allocate(0);
    }

    private void runTasks() throws IOException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            HandshakeLanes.run(task);
        }
    }

    /** Tells the peer that nothing more will be written (close_notify); reading stays possible. */
    public void finish() throws IOException {
        engine.closeOutbound();
        if (!broken) {
            wrap(nothing());
        }
    }

    /** Sends the alert that the engine has ready; that it cannot be sent changes nothing. */
    private TlsFailure failure(SSLException e) {
        broken = true;
        try {
            for (int rounds = 0; rounds < 3 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; rounds++) {
                wrap(nothing());
            }
        } catch (IOException unsent) {
            e.addSuppressed(unsent);
        }
        String message = e.getMessage();
        return new TlsFailure(
                message == null || message.isBlank() ? e.getClass().getSimpleName() : message, e);
    }

    /** What the handshake came to. */
    public TlsFacts facts() {
        ExtendedSSLSession session = session();
        return new TlsFacts(session.getProtocol(), session.getCipherSuite(), serverName(session), peerChain(session));
    }

    private ExtendedSSLSession session() {
        return (ExtendedSSLSession) engine.getSession();
    }

    private static List<X509Certificate> peerChain(ExtendedSSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    private static @Nullable String serverName(ExtendedSSLSession session) {
        for (SNIServerName name : session.getRequestedServerNames()) {
            if (name instanceof SNIHostName host) {
                return host.getAsciiName();
            }
        }
        return null;
    }

    /**
     * RFC 9266 §2: 32 octets that only the two ends of this session know. Empty below TLS 1.3, where they are unique only
     * under conditions that the engine does not tell.
     */
    public Optional<byte[]> exporter() {
        ExtendedSSLSession session = session();
        if (!session.getProtocol().equals(TLS_1_3)) {
            return Optional.empty();
        }
        try {
            return Optional.of(session.exportKeyingMaterialData(EXPORTER_LABEL, new byte[0], EXPORTER_OCTETS));
        } catch (SSLException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }
}
