package org.postrider.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.account.UserRegister;
import org.postrider.event.Event;
import org.postrider.event.Metrics;
import org.postrider.mail.Envelope;
import org.postrider.mail.ForwardPath;
import org.postrider.mail.MailParameters;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.ReversePath;
import org.postrider.queue.QueueSummary;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.Selection;
import org.postrider.spool.Arrival;
import org.postrider.spool.StoredMessage;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpServerTest {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");
    private static final QueueId ID = new QueueId(77);
    private static final String EVIL = "<script>alert(1)</script>";

    @TempDir
    private Path directory = Path.of("");

    private final FakeControl control = new FakeControl();
    private final RecentMail recent = new RecentMail();
    private @Nullable HttpServer http;
    private String authorization = "";

    @BeforeEach
    void start() throws IOException {
        ControlToken token = ControlToken.loadOrCreate(directory);
        authorization = token.authorization();
        HttpSettings settings =
                new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "mx.example.net", true);
        http = HttpServer.start(settings, control, recent, new Metrics(), token);
    }

    @AfterEach
    void stop() {
        if (http != null) {
            http.close();
        }
    }

    private static final class FakeControl implements Control {
        private Health.Phase phase = Health.Phase.READY;
        private String content = "";
        private long messages = 1;
        private boolean known = true;
        private final List<String> acts = new ArrayList<>();

        @Override
        public List<CertificateLine> certificates() {
            return List.of(new CertificateLine(
                    List.of("mx.example.net"),
                    "EC",
                    "CN=authority",
                    Instant.parse("2026-11-01T00:00:00Z"),
                    Instant.parse("2027-01-30T00:00:00Z"),
                    "ACME",
                    Instant.parse("2027-01-01T00:00:00Z")));
        }

        @Override
        public Optional<UserRegister> users() {
            return Optional.empty();
        }

        @Override
        public Health health() {
            return new Health(phase, Map.of("smtp", "127.0.0.1:1025"));
        }

        @Override
        public QueueSummary summary() {
            return new QueueSummary(1, 2, 3, 4, 5, List.of());
        }

        @Override
        public List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit) {
            if (messages == 1) {
                return List.of(queued(0), queued(1));
            }
            long first = after == null ? 1 : after.value() + 1;
            Mailbox mailbox = mailbox("a@example.net");
            return LongStream.rangeClosed(first, Math.min(messages, first + limit - 1))
                    .mapToObj(id -> new QueuedRecipient(
                            new QueueId(id),
                            id % 1_500 == 0 ? 1 : 0,
                            mailbox.host(),
                            QueuedRecipient.Place.HELD,
                            1,
                            null,
                            null,
                            "held"))
                    .toList();
        }

        private static QueuedRecipient queued(int recipient) {
            Mailbox mailbox =
                    message().arrival().envelope().recipients().get(recipient).mailbox();
            return new QueuedRecipient(
                    ID, recipient, mailbox.host(), QueuedRecipient.Place.HELD, 1, null, null, "held");
        }

        @Override
        public int act(Action action, Selection selection, String by, String why) {
            acts.add(action + " " + selection + " " + by + " " + why);
            return 1;
        }

        @Override
        public Optional<StoredMessage> find(QueueId id) {
            return known && (messages > 1 || id.equals(ID)) ? Optional.of(message()) : Optional.empty();
        }

        @Override
        public InputStream content(QueueId id) {
            return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Reloaded reload() {
            return new Reloaded(false, List.of("line 3"));
        }
    }

    private static StoredMessage message() {
        Envelope envelope = new Envelope(
                new ReversePath(mailbox("\"<b>\"@example.org")),
                MailParameters.PLAIN,
                List.of(recipient("a@example.net"), recipient("b@example.net")));
        return new StoredMessage(
                ID,
                new Arrival(envelope, Instant.EPOCH, "smtp 192.0.2.1 " + EVIL),
                100,
                List.of(Optional.empty(), Optional.empty()));
    }

    private static Recipient recipient(String address) {
        return Recipient.of(new ForwardPath(mailbox(address)));
    }

    private static Mailbox mailbox(String address) {
        return MailboxGrammar.mailbox(address).orElseThrow();
    }

    /** One request over a socket of its own, so that each header is as we write it. */
    private String ask(String start, String host, String headers, String body) throws IOException {
        return ask(start, host, headers, body.getBytes(StandardCharsets.UTF_8).length, body);
    }

    /** The same, with a length of the body that need not be its own. */
    private String ask(String start, String host, String headers, int length, String body) throws IOException {
        HttpServer server = http;
        if (server == null) {
            throw new IOException("not started");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(5_000);
            String request = start + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + headers
                    + "Content-Length: " + length + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return answer(socket.getInputStream());
        }
    }

    /** One whole response: the server keeps the connection open behind it. */
    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            read.write(c);
            String so = read.toString(StandardCharsets.ISO_8859_1);
            int body = so.indexOf("\r\n\r\n") + 4;
            Matcher length = LENGTH.matcher(so);
            boolean whole = length.find()
                    ? so.length() - body >= Integer.parseInt(length.group(1))
                    : so.endsWith("\r\n0\r\n\r\n");
            if (body > 3 && whole) {
                break;
            }
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    private String get(String path) throws IOException {
        return ask("GET " + path, "localhost", "", "");
    }

    private String control(String start, String body) throws IOException {
        return ask(start, "127.0.0.1:8025", "Authorization: " + authorization + "\r\n", body);
    }

    @Test
    void readyOnlyWhileItIs() throws IOException {
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 200").contains("ready");
        control.phase = Health.Phase.DRAINING;
        assertThat(get("/health/ready")).startsWith("HTTP/1.1 503").contains("draining");
        assertThat(get("/health/live")).startsWith("HTTP/1.1 200");
        assertThat(get("/metrics")).startsWith("HTTP/1.1 200").containsIgnoringCase("content-type: text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/control/summary",
                "/control/queue",
                "/control/message/000000000002D",
                "/control/none",
                "/%63ontrol/summary",
                "//control/summary",
                "/x/../control/summary"
            })
    void answersNothingWithoutTheToken(String path) throws IOException {
        assertThat(get(path)).doesNotStartWith("HTTP/1.1 200").doesNotContain("scheduled");
        String wrong = ask("GET " + path, "localhost", "Authorization: Bearer 0000\r\n", "");
        assertThat(wrong).doesNotStartWith("HTTP/1.1 200").doesNotContain("scheduled");
    }

    @Test
    void tokenIsForItsOwnerAlone() throws IOException {
        assertThat(get("/control/summary")).startsWith("HTTP/1.1 401");
        assertThat(control("GET /control/summary", ""))
                .startsWith("HTTP/1.1 200")
                .contains("\"scheduled\":2");
        Path file = directory.resolve("control.token");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ControlToken.loadOrCreate(directory).authorization()).isEqualTo(authorization);
        assertThat(ControlToken.load(directory).toString()).isEqualTo("***");
    }

    @Test
    void refusesHostsThatAreNotUs() throws IOException {
        assertThat(ask("GET /", "evil.example", "", "")).startsWith("HTTP/1.1 421");
        assertThat(ask("GET /", "mx.example.net:8025", "", "")).startsWith("HTTP/1.1 200");
        assertThat(ask("GET /", "[::1]:8025", "", "")).startsWith("HTTP/1.1 200");
    }

    @Test
    void listsAndFindsByAddress() throws IOException {
        assertThat(control("GET /control/queue", "")).contains("a@example.net").contains("b@example.net");
        assertThat(control("GET /control/queue?address=b@example.net", ""))
                .contains("b@example.net")
                .doesNotContain("a@example.net");
        assertThat(control("GET /control/queue?address=nothing", "")).startsWith("HTTP/1.1 400");
        assertThat(control("GET /control/message/" + ID.text(), ""))
                .startsWith("HTTP/1.1 200")
                .contains("\"state\":\"queued\"");
        assertThat(control("GET /control/message/" + new QueueId(5).text(), "")).startsWith("HTTP/1.1 404");
    }

    @Test
    void goesOnUntilAnAddressFillsItsPage() throws IOException {
        control.messages = 4_500;
        // Every 1500th message has it, so that no first page of the queue holds two.
        String two = control("GET /control/queue?address=B@Example.NET&limit=2", "");
        assertThat(two).containsOnlyOnce(new QueueId(1_500).text()).contains(new QueueId(3_000).text());
        assertThat(two).contains("\"after\":\"" + new QueueId(3_000).text() + "\"");
        String rest =
                control("GET /control/queue?address=b@example.net&limit=2&after=" + new QueueId(3_000).text(), "");
        assertThat(rest).contains(new QueueId(4_500).text()).contains("\"after\":null");
    }

    @Test
    void looksThroughSoMuchOfTheQueueAndNoMore() throws IOException {
        control.messages = 1_000_000;
        assertThat(control("GET /control/queue?address=none@example.net", ""))
                .contains("\"recipients\":[]")
                .contains("\"after\":\"" + new QueueId(10_000).text() + "\"");
    }

    @Test
    void keepsTheSubjectWhenTheContentIsGone() throws IOException {
        control.known = false;
        recent.publish(new Event.Accepted(
                Instant.EPOCH, ID, "x@example.org", List.of("a@example.net"), "smtp", 10, null, "Once upon a time"));
        assertThat(get("/")).contains("Once upon a time");
        assertThat(get("/mail/" + ID.text())).contains("<h1>Once upon a time</h1>");
    }

    @Test
    void actsOnWhatIsChosen() throws IOException {
        String answer = control(
                "POST /control/queue/remove", "{\"address\":\"b@example.net\",\"by\":\"eve\",\"why\":\"a\\nb\"}");
        assertThat(answer).startsWith("HTTP/1.1 200").contains("{\"recipients\":1}");
        assertThat(control.acts).containsExactly("Remove[] OfRecipients[id=" + ID + ", recipients=[1]] eve a b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"all\":true,\"id\":\"x\"}",
                "{\"id\":\"x\"}",
                "{\"al\":true}",
                "{\"all\":true,\"route\":\"smtps:x:0\"}"
            })
    void refusesOrdersThatAreNotClear(String body) throws IOException {
        assertThat(control("POST /control/queue/reroute", body)).startsWith("HTTP/1.1 400");
        assertThat(control.acts).isEmpty();
    }

    @Test
    void refusesLargeBodies() throws IOException {
        // Only announced: a server that refuses it need not take it first.
        assertThat(ask(
                        "POST /control/queue/remove",
                        "127.0.0.1:8025",
                        "Authorization: " + authorization + "\r\n",
                        HttpSettings.BODY_OCTETS_MAX + 1,
                        "{\"all\":true,\"why\":\"x"))
                .startsWith("HTTP/1.1 413");
        assertThat(control.acts).isEmpty();
    }

    @Test
    void teachesOnAnEmptyPage() throws IOException {
        assertThat(get("/")).contains("No mail yet").contains("swaks --server 127.0.0.1:1025");
    }

    @Test
    void showsMailAsTextWhateverItHolds() throws IOException {
        control.content = "Subject: " + EVIL
                + "\r\nX-Evil: \"><img src=x>\r\nContent-Type: text/html\r\n\r\n<b onclick=x>" + EVIL;
        recent.restore(message());
        assertThat(get("/"))
                .contains("&lt;script&gt;")
                .doesNotContain(EVIL)
                .contains("\"&lt;b&gt;\"".replace("\"", "&quot;"));
        String page = get("/mail/" + ID.text());
        assertThat(page)
                .doesNotContain(EVIL)
                .doesNotContain("<img")
                .contains("&lt;img src=x&gt;")
                .contains("<iframe sandbox ")
                .containsIgnoringCase("Content-Security-Policy: default-src 'none'");
    }

    @Test
    void showsHtmlWithoutScriptsAndRemoteContent() throws IOException {
        control.content = "Content-Type: text/html\r\n\r\n" + EVIL;
        String html = get("/mail/" + ID.text() + "/html");
        assertThat(html)
                .contains(EVIL)
                .contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
                .contains("; sandbox")
                .containsIgnoringCase("X-Content-Type-Options: nosniff");
        String raw = get("/mail/" + ID.text() + "/raw");
        assertThat(raw)
                .containsIgnoringCase("content-type: text/plain")
                .contains(EVIL)
                .contains("; sandbox");
    }
}
