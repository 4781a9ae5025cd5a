package org.postrider.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postrider.mail.Domain;
import org.postrider.mail.Mailbox;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Reply;
import org.postrider.policy.PolicySettings.NextHop;
import org.postrider.policy.PolicySettings.Recipients;
import org.postrider.policy.RecipientProbe.Result;
import org.postrider.smtp.client.Protocol;
import org.postrider.smtp.client.TlsRequirement;
import org.postrider.testing.Requirement;

@Timeout(30)
final class RecipientCheckTest {
    private static final NextHop SERVER =
            new NextHop(Protocol.LMTP, new Domain("store.example.net"), 24, new TlsRequirement.None());
    private static final Reply OK = Reply.of(250, "2.1.5", "OK");
    private static final Reply UNKNOWN = Reply.of(550, "5.1.1", "no such user");

    private final Gate gate = new Gate();

    private String to(String address) {
        return gate.rcpt(Gate.STRANGER, "client.example.org", Gate.SENDER, address);
    }

    private void ours(Recipients recipients) {
        gate.recipients.put(new Domain("example.net"), recipients);
    }

    @Test
    @Requirement("I1")
    void refusesWhoIsNotNamed() {
        ours(new Recipients(Set.of("bob", "eve"), false, null, null));
        assertThat(to("Bob@example.net")).isEqualTo("ok");
        assertThat(to("mallory@example.net")).isEqualTo("550 5.1.1 User unknown in example.net");
        assertThat(gate.rcpt(Gate.STRANGER, "client.example.org", "", "mallory@example.net"))
                .startsWith("550 5.1.1 ");
        assertThat(to("PostMaster@example.net")).isEqualTo("ok");
        assertThat(to("bob+list@example.net")).startsWith("550 5.1.1 ");
        ours(new Recipients(Set.of("bob"), false, '+', null));
        assertThat(to("bob+list@example.net")).isEqualTo("ok");
        assertThat(to("+list@example.net")).startsWith("550 5.1.1 ");
    }

    @Test
    void holdsForFriendsToo() {
        ours(new Recipients(Set.of("bob"), false, null, null));
        gate.inspect(Gate.STRANGER);
        Inspection friend = gate.running().inspect(InetAddress.ofLiteral("192.0.2.1"), true, Response.OFF);
        friend.sender(Gate.path("a@nowhere.example"));
        assertThat(Gate.text(friend.recipient(mailbox("mallory@example.net")))).startsWith("550 5.1.1 ");
        assertThat(Gate.text(friend.recipient(mailbox("anybody@elsewhere.example"))))
                .isEqualTo("ok");
    }

    private static Mailbox mailbox(String text) {
        return MailboxGrammar.mailbox(text).orElseThrow();
    }

    @Test
    void asksTheServerThatKnowsAndRemembersWhatItSaid() {
        List<String> asked = new ArrayList<>();
        gate.probe = (server, recipient, _) -> {
            assertThat(server).isEqualTo(SERVER);
            asked.add(recipient.localPart());
            return new Result.Answered(recipient.localPart().equals("bob") ? OK : UNKNOWN);
        };
        ours(new Recipients(Set.of("eve"), false, null, SERVER));
        assertThat(to("eve@example.net")).isEqualTo("ok");
        assertThat(to("bob@example.net")).isEqualTo("ok");
        assertThat(to("bob@example.net")).isEqualTo("ok");
        assertThat(to("mallory@example.net")).startsWith("550 5.1.1 ");
        assertThat(to("mallory@example.net")).startsWith("550 5.1.1 ");
        assertThat(asked).containsExactly("bob", "mallory");
        gate.pass(PolicySettings.CallForward.DEFAULT.unknown());
        assertThat(to("mallory@example.net")).startsWith("550 5.1.1 ");
        assertThat(to("bob@example.net")).isEqualTo("ok");
        assertThat(asked).containsExactly("bob", "mallory", "mallory");
    }

    @Test
    void defersWhileTheServerSaysNothingAndTrustsWhatItSaidBefore() {
        List<Result> results = new ArrayList<>(List.of(new Result.Answered(OK)));
        gate.probe = (_, _, _) -> results.isEmpty() ? new Result.Failed("down") : results.removeFirst();
        ours(new Recipients(Set.of(), false, null, SERVER));
        assertThat(to("bob@example.net")).isEqualTo("ok");
        gate.pass(PolicySettings.CallForward.DEFAULT.known().plus(Duration.ofDays(1)));
        assertThat(to("bob@example.net")).isEqualTo("ok");
        assertThat(to("eve@example.net")).isEqualTo("450 4.1.1 Recipient cannot be verified just now");
        results.add(new Result.Answered(Reply.of(451, "4.3.0", "try later")));
        assertThat(to("eve@example.net")).startsWith("450 4.1.1 ");
    }

    @Test
    void asksOnceForAllWhoWantToKnowTheSame() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        RecipientProbe slow = (_, _, _) -> {
            asked.incrementAndGet();
            try {
                assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return new Result.Answered(OK);
        };
        CallForward callForward = new CallForward(slow, 10, System::nanoTime);
        List<CallForward.Answer> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                CallForward.Answer answer =
                        callForward.ask(mailbox("bob@example.net"), SERVER, PolicySettings.CallForward.DEFAULT);
                synchronized (answers) {
                    answers.add(answer);
                }
            }));
        }
        all.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(answers).hasSize(5).containsOnly(CallForward.Answer.KNOWN);
        assertThat(asked.get()).isEqualTo(1);
    }
}
