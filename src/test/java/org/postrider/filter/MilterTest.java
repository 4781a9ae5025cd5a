package org.postrider.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postrider.filter.FakeMilter.indexed;
import static org.postrider.filter.FakeMilter.packet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.event.Event;
import org.postrider.mail.BodyType;
import org.postrider.mail.Domain;
import org.postrider.mail.DsnNotify;
import org.postrider.mail.DsnReturn;
import org.postrider.mail.Envelope;
import org.postrider.mail.MailParameters;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.OriginalRecipient;
import org.postrider.mail.QueueId;
import org.postrider.mail.Recipient;
import org.postrider.mail.RecipientState;
import org.postrider.mail.Reply;
import org.postrider.mail.ReversePath;
import org.postrider.message.HeaderLimits;
import org.postrider.testing.Requirement;

/** Milters that do their work, and milters that do all they can to spoil ours. */
@Timeout(30)
class MilterTest {
    private static final Domain HOST = new Domain("mx1.example.net");
    private static final String MESSAGE =
            "From: alice@example.org\r\nSubject: hello\r\n\tfolded\r\nX-Old: 1\r\nX-Old: 2\r\n\r\nbody\r\n";
    private static final Timeouts PATIENT =
            new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));
    private static final Timeouts HASTY =
            new Timeouts(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(200));

    @TempDir
    private Path directory;

    private final List<Event> events = new ArrayList<>();
    private FakeMilter milter;
    private Filters filters;
    private FilterSession session;
    private Timeouts timeouts = PATIENT;
    private long messageOctetsMax = 100_000;

    @SuppressWarnings("NullAway.Init") // set before each test
    MilterTest() {}

    @BeforeEach
    void start() throws IOException {
        milter = new FakeMilter();
        filters = new Filters(directory, InstantSource.fixed(Instant.EPOCH), System::nanoTime, events::add);
        session = filters.session(FilterSettings.NONE);
    }

    @AfterEach
    void stop() {
        session.close();
        filters.close();
        milter.close();
    }

    private void open(DefaultAction action) {
        session.close();
        session = filters.session(new FilterSettings(
                List.of(new FilterSettings.Milter("fake", milter.filterAddress(), timeouts, action)),
                Optional.empty(),
                messageOctetsMax,
                HeaderLimits.DEFAULT));
    }

    private @Nullable Reply mail() {
        InetSocketAddress client = new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 40_000);
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.1"), 25);
        ClientFacts facts = new ClientFacts(
                client,
                local,
                HOST,
                "mx",
                Optional.empty(),
                "client.example.org",
                null,
                new ClientFacts.User("u", "PLAIN"));
        return session.sender(facts, sender(), MailParameters.PLAIN, 100);
    }

    private static ReversePath sender() {
        return MailboxGrammar.reversePath("<alice@example.org>", 0)
                .orElseThrow()
                .path();
    }

    private static Recipient recipient(String path) {
        return Recipient.of(
                MailboxGrammar.forwardPath(path, 0, HOST).orElseThrow().path());
    }

    private Verdict deliver(String content) throws IOException {
        assertThat(mail()).isNull();
        Recipient bob = recipient("<bob@example.net>");
        assertThat(session.recipient(bob)).isNull();
        return judge(content, bob);
    }

    private Verdict judge(String content, Recipient... recipients) throws IOException {
        Envelope envelope = new Envelope(sender(), MailParameters.PLAIN, List.of(recipients));
        FilteredMessage inspection = session.inspect(envelope).orElseThrow();
        byte[] octets = content.getBytes(StandardCharsets.UTF_8);
        inspection.write(octets, 0, octets.length);
        return inspection.judge(new QueueId(7), "");
    }

    private static Verdict.Passed passed(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Passed.class);
        return (Verdict.Passed) verdict;
    }

    private static String text(Verdict verdict) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        passed(verdict).content().writeTo(out::write);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String refusal(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).reply().text();
    }

    @Test
    void tellsTheWholeTransactionInTheProtocolsOrder() throws IOException {
        open(DefaultAction.TEMPFAIL);
        assertThat(text(deliver(MESSAGE))).isEqualTo(MESSAGE);
        assertThat(milter.commands()).isEqualTo("OCHMRTLLLLNBE");
        assertThat(milter.seen)
                .contains(
                        "H client.example.org|",
                        "M <alice@example.org>|SIZE=100|",
                        "R <bob@example.net>|",
                        "L From|alice@example.org|",
                        "L Subject|hello\n\tfolded|",
                        "B body\r\n",
                        "D R{rcpt_mailer}|smtp|{rcpt_host}|example.net|{rcpt_addr}|bob@example.net|",
                        "D Ei|" + new QueueId(7).text() + "|")
                .anyMatch(macros -> macros.startsWith("D Cj|mx1.example.net|"))
                .anyMatch(macros -> macros.contains("{auth_authen}|u|"));
    }

    @Test
    void leavesOutWhatTheMilterDoesNotWantAndWaitsForNoAnswerItWillNotGive() throws IOException {
        milter.negotiates(
                0x1ff,
                Negotiated.NO_CONNECT
                        | Negotiated.NO_HELO
                        | Negotiated.NO_BODY
                        | Negotiated.SILENT_MAIL
                        | Negotiated.SILENT_RCPT
                        | Negotiated.SILENT_DATA
                        | Negotiated.SILENT_HEADER
                        | Negotiated.SILENT_END_OF_HEADER
                        | Negotiated.EXACT_HEADERS);
        open(DefaultAction.TEMPFAIL);
        assertThat(text(deliver(MESSAGE))).isEqualTo(MESSAGE);
        assertThat(milter.commands()).isEqualTo("OMRTLLLLNE");
        assertThat(milter.seen).contains("L From| alice@example.org|");
    }

    @Test
    void usesOneConnectionForAllMessagesOfASession() throws IOException {
        milter.answers('R', packet('r', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(mail()).isNull();
        assertThat(session.recipient(recipient("<bob@example.net>"))).hasToString("550 5.7.1 Content rejected");
        milter.answers('R', packet('c', ""));
        passed(deliver(MESSAGE));
        passed(deliver(MESSAGE));
        session.close();
        assertThat(milter.commands()).startsWith("OCHMRAMRTLLLLNBEMRTLLLLNBE");
    }

    @Test
    void editsTheHeaderInOrder() throws IOException {
        milter.answers(
                'E',
                packet('h', "X-Last\0last\0"),
                indexed('i', 0, "X-First\0one\ntwo\0"),
                indexed('i', 3, "X-Third\0third\0"),
                indexed('m', 1, "x-old\0\0"),
                indexed('m', 1, "X-Old\0changed\0"),
                indexed('m', 5, "X-New\0new\0"),
                packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(text(deliver(MESSAGE)))
                .isEqualTo("X-First: one\r\n\ttwo\r\nFrom: alice@example.org\r\nX-Third: third\r\n"
                        + "Subject: hello\r\n\tfolded\r\nX-Old: changed\r\nX-Last: last\r\nX-New: new\r\n\r\nbody\r\n");
    }

    @Test
    void noEditBringsInALineOfItsOwn() throws IOException {
        milter.answers(
                'E', packet('h', "X-A\0a\r\n\r\nEvil: 1\nBcc: x\r\0"), packet('b', "a\nb\rc\r\nd"), packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(text(deliver("From: a@b.c\r\n\r\nold\r\n")))
                .isEqualTo("From: a@b.c\r\nX-A: a\r\n\tEvil: 1\r\n\tBcc: x\r\n\r\na\r\nb\r\nc\r\nd\r\n");
    }

    @Test
    void editsTheEnvelopeAndKeepsADispositionForWhoIsTakenOut() throws IOException {
        milter.answers(
                'E',
                packet('e', "<changed@example.org>\0"),
                packet('+', "<carol@example.net>\0"),
                packet('-', "<bob@example.net>\0"),
                packet('q', "smells\0"),
                packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        Verdict.Passed passed = passed(deliver(MESSAGE));
        assertThat(passed.envelope().reversePath()).hasToString("<changed@example.org>");
        assertThat(passed.envelope().recipients())
                .extracting(r -> r.forwardPath().text())
                .containsExactly("bob@example.net", "carol@example.net");
        assertThat(passed.states().get(0).orElseThrow())
                .isEqualTo(new RecipientState.Removed(Instant.EPOCH, "filter fake", "deleted by the filter"));
        assertThat(passed.states().get(1).orElseThrow())
                .isEqualTo(new RecipientState.Held(0, Instant.EPOCH, "filter fake", "smells", false, null));
    }

    @Test
    void editsComeWithParametersAsMailAndRcptHaveThem() throws IOException {
        milter.answers(
                'E',
                packet('e', "<changed@example.org>\0SIZE=10 BODY=8BITMIME RET=HDRS ENVID=a+20b AUTH=<>\0"),
                packet('e', "<again@example.org>\0RET=FULL\0"),
                packet('2', "<carol@example.net>\0NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c+2B@example.com\0"),
                packet('2', "<dave@example.net>\0\0"),
                packet('2', "<erin@example.net>\0"),
                packet('2', "<bob@example.net>\0NOTIFY=NEVER\0"),
                packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        Envelope envelope = passed(deliver(MESSAGE)).envelope();
        assertThat(envelope.reversePath()).hasToString("<again@example.org>");
        assertThat(envelope.parameters())
                .isEqualTo(new MailParameters(BodyType.EIGHT_BIT_MIME, false, DsnReturn.FULL, "a b"));
        assertThat(envelope.recipients())
                .extracting(Recipient::dsnNotify)
                .as("bob, as RCPT said; then those that were added")
                .containsExactly(
                        DsnNotify.UNSPECIFIED,
                        new DsnNotify(true, false, true),
                        DsnNotify.UNSPECIFIED,
                        DsnNotify.UNSPECIFIED);
        assertThat(envelope.recipients().get(1).original())
                .isEqualTo(new OriginalRecipient("rfc822", "c+@example.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "e, BODY=9BIT",
        "e, RET=ALL",
        "e, SIZE=many",
        "e, REQUIRETLS",
        "e, NOTIFY=NEVER",
        "e, RET=FULL RET=HDRS",
        "2, NOTIFY=ALWAYS",
        "2, ORCPT=nothing",
        "2, RET=FULL",
        "2, =",
    })
    void parametersThatAreNoneAreTheMiltersFault(char edit, String parameters) throws IOException {
        milter.answers(
                'E', packet('q', "held\0"), packet(edit, "<x@example.org>\0" + parameters + "\0"), packet('c', ""));
        open(DefaultAction.ACCEPT);
        Verdict.Passed passed = passed(deliver(MESSAGE));
        assertThat(passed.envelope().recipients()).hasSize(1);
        assertThat(passed.states()).as("no edit of it is made").allMatch(Optional::isEmpty);
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 4.7.1 ");
    }

    @ParameterizedTest
    @ValueSource(chars = {'M', 'R', 'T', 'B', 'E'})
    void aDiscardedMessageIsTakenAndItsRecipientsRemoved(char at) throws IOException {
        milter.answers(at, packet('d', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(passed(deliver(MESSAGE)).states())
                .allMatch(state -> state.orElse(null) instanceof RecipientState.Removed);
    }

    @Test
    void givesTheMiltersOwnReplyMadeHarmless() throws IOException {
        milter.answers('E', packet('y', "550-5.7.1 no\r\n550 5.7.1 sp\u0001am\0"));
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).isEqualTo("550 5.7.1 no sp?am");
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.Rejected.class,
                        event -> assertThat(event.findings())
                                .singleElement()
                                .hasToString(
                                        "Finding[check=fake, verdict=REJECT, weight=0, detail=550 5.7.1 no sp?am]"));
    }

    @Test
    void skipsTheRestOfTheBody() throws IOException {
        milter.negotiates(0x1ff, Negotiated.SKIP).answers('B', packet('s', ""));
        open(DefaultAction.TEMPFAIL);
        String large = "S: x\r\n\r\n" + "0123456789abcde\r\n".repeat(5_000);
        messageOctetsMax = 1_000_000;
        assertThat(text(deliver(large))).isEqualTo(large);
        assertThat(milter.commands()).endsWith("NBE");
    }

    @ParameterizedTest
    @ValueSource(chars = {'O', 'C', 'H', 'M'})
    @Requirement("L7")
    void aMilterThatDiesInTheEnvelopeGets451(char at) {
        milter.diesAt(at).answers(at);
        open(DefaultAction.TEMPFAIL);
        assertThat(mail()).hasToString("451 4.7.1 Service unavailable - try again later");
    }

    @ParameterizedTest
    @ValueSource(chars = {'R', 'T', 'L', 'N', 'B', 'E'})
    @Requirement("L7")
    void aMilterThatDiesLaterGets451(char at) throws IOException {
        milter.diesAt(at).answers(at);
        open(DefaultAction.TEMPFAIL);
        assertThat(mail()).isNull();
        Recipient bob = recipient("<bob@example.net>");
        assertThat(session.recipient(bob) == null).isEqualTo(at != 'R');
        assertThat(refusal(judge(MESSAGE, bob))).startsWith("451 4.7.1 ");
    }

    @ParameterizedTest
    @EnumSource(DefaultAction.class)
    @Requirement("L7")
    void aMilterThatDiesAmidItsEditsLeavesNoneOfThem(DefaultAction action) throws IOException {
        milter.diesAt('E')
                .answers('E', packet('h', "X-Half\0edited\0"), packet('-', "<bob@example.net>\0"), packet('b', "half"));
        open(action);
        Verdict verdict = deliver(MESSAGE);
        if (action == DefaultAction.ACCEPT) {
            assertThat(text(verdict)).isEqualTo(MESSAGE);
            assertThat(passed(verdict).states()).allMatch(Optional::isEmpty);
        } else {
            assertThat(refusal(verdict)).startsWith("451 4.7.1 ");
        }
    }

    @Test
    void defaultActionsDecideWhereNothingListens() throws IOException {
        milter.close();
        open(DefaultAction.REJECT);
        assertThat(mail()).asString().startsWith("550 5.7.1 ");
        open(DefaultAction.ACCEPT);
        assertThat(text(deliver(MESSAGE))).isEqualTo(MESSAGE);
        open(DefaultAction.QUARANTINE);
        assertThat(passed(deliver(MESSAGE)).states())
                .allMatch(state -> state.orElse(null) instanceof RecipientState.Held);
    }

    @ParameterizedTest
    @ValueSource(chars = {'O', 'M', 'B', 'E'})
    void aMilterThatStallsIsGivenUp(char at) throws IOException {
        timeouts = HASTY;
        milter.stallsAt(at);
        open(DefaultAction.ACCEPT);
        assertThat(text(deliver(MESSAGE))).isEqualTo(MESSAGE);
    }

    @Test
    void signsOfLifeDoNotExtendTheWaitForEver() throws IOException {
        timeouts = HASTY;
        byte[][] life = new byte[1_000][];
        java.util.Arrays.fill(life, packet('p', ""));
        milter.answers('E', life);
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 ");
    }

    @Test
    void aRestartedMilterIsAskedOnANewConnection() throws IOException {
        open(DefaultAction.TEMPFAIL);
        passed(deliver(MESSAGE));
        milter.diesAt('M').answers('M');
        assertThat(mail()).asString().startsWith("451 ");
        milter.diesAt('x').answers('M', packet('c', ""));
        passed(deliver(MESSAGE));
        assertThat(milter.commands()).endsWith("OCHMRTLLLLNBE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h:X-A",
                "h:X A|b|",
                "h:|b|",
                "i:x",
                "m:",
                "+:nobody|",
                "-:<x@y|",
                "e:<<>>|",
                "y:250 2.0.0 fine|",
                "y:550 no\r\n551 no|",
                "y:|",
                "y:550",
                "Z:",
                "f:",
                "q:open",
                "O:abc"
            })
    @Requirement("L7")
    void whatIsNoAnswerFailsTheMilter(String answer) throws IOException {
        String data = answer.substring(2).replace('|', '\0');
        milter.answers('E', packet(answer.charAt(0), data), packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 4.7.1 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, MilterLink.PACKET_OCTETS_MAX + 1, Integer.MAX_VALUE})
    void aPacketOfNoSizeFailsTheMilter(int length) throws IOException {
        byte[] head = java.nio.ByteBuffer.allocate(6).putInt(length).array();
        milter.answers('E', head);
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 4.7.1 ");
    }

    @Test
    void editsHaveLimits() throws IOException {
        messageOctetsMax = 1_000;
        milter.answers('E', packet('b', "x".repeat(600)), packet('b', "x".repeat(600)), packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 ");
        byte[][] many = new byte[Edits.EDITS_MAX + 2][];
        java.util.Arrays.fill(many, packet('h', "A\0b\0"));
        many[many.length - 1] = packet('c', "");
        milter.answers('E', many);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 ");
        milter.answers('E', packet('h', "A\0" + "b".repeat(110_000) + "\0"), packet('c', ""));
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 ");
    }

    @Test
    void anEditThatWasNotAskedForFailsTheMilter() throws IOException {
        milter.negotiates(Negotiated.ADD_HEADERS, 0).answers('E', packet('b', "x"), packet('c', ""));
        open(DefaultAction.TEMPFAIL);
        assertThat(refusal(deliver(MESSAGE))).startsWith("451 ");
    }

    @Test
    void aMilterThatAsksForMoreThanIsOfferedIsNotUsed() {
        milter.negotiates(0x1ff, 0x40000000);
        open(DefaultAction.TEMPFAIL);
        assertThat(mail()).asString().startsWith("451 ");
    }
}
