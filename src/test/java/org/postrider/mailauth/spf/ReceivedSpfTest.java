package org.postrider.mailauth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postrider.mailauth.AuthResult;
import org.postrider.testing.Requirement;

class ReceivedSpfTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

    private static String field(SpfQuestion question, AuthResult result, String mechanism, String problem) {
        StringBuilder text = new StringBuilder();
        SpfOutcome outcome = new SpfOutcome(
                question.identity(),
                question.domain(),
                result,
                Optional.empty(),
                Optional.of(mechanism).filter(word -> !word.isEmpty()),
                Optional.of(problem).filter(word -> !word.isEmpty()));
        ReceivedSpf.append(text, "mybox.example.org", question, outcome);
        return text.toString();
    }

    @Test
    @Requirement("RFC 7208 §9.1")
    void tellsAPass() {
        SpfQuestion question = SpfQuestion.mailFrom(CLIENT, "foo.example.com", "myname@example.com");

        assertThat(field(question, AuthResult.PASS, "ip4:192.0.2.1", "")).isEqualTo("""
                        Received-SPF: pass (mybox.example.org: domain of myname@example.com
                        \tdesignates 192.0.2.1 as permitted sender)
                        \treceiver=mybox.example.org;
                        \tclient-ip=192.0.2.1;
                        \tenvelope-from="myname@example.com";
                        \thelo=foo.example.com;
                        \tidentity=mailfrom;
                        \tmechanism="ip4:192.0.2.1"
                        """.replace("\n", "\r\n"));
    }

    @Test
    @Requirement("RFC 7208 §9.1")
    void tellsWhatIsWrong() {
        assertThat(field(
                        SpfQuestion.helo(CLIENT, "foo.example.com"), AuthResult.PERMERROR, "", "syntax error in \"x\""))
                .contains("identity=helo;\r\n\tproblem=\"syntax error in \\\"x\\\"\"\r\n")
                .doesNotContain("envelope-from");
    }

    @Test
    @Requirement({"RFC 7208 §9.1", "K6"})
    void letsNothingBreakOut() {
        String evil = "x)\r\nSubject: hi (\\\" \u00fc\u0000" + "y".repeat(5_000);
        String field = field(SpfQuestion.mailFrom(CLIENT, evil, evil + "@example.com"), AuthResult.NONE, "", "");

        assertThat(field.replace("\r\n\t", "")).doesNotContain("\n\n").endsWith("\r\n");
        assertThat(field.split("\r\n", -1))
                .allMatch(line -> line.length() <= 998 && Plain.isPrintable(line.replace("\t", "")))
                .noneMatch(line -> line.startsWith("Subject"));
        assertThat(field.replace("\r\n\t", " ")).contains("x\\)??Subject: hi \\(\\\\\" ??");
    }
}
