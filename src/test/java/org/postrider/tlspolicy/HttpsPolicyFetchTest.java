package org.postrider.tlspolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.mail.Domain;
import org.postrider.testing.FakeResolver;
import org.postrider.testing.PolicyHost;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;
import org.postrider.tlspolicy.PolicyFetch.Cause;
import org.postrider.tlspolicy.PolicyFetch.Fetched;

@Timeout(30)
final class HttpsPolicyFetchTest {
    private static final String NAME = "mta-sts.example.net";
    private static final String POLICY = "version: STSv1\r\nmode: enforce\r\nmx: mx.example.net\r\nmax_age: 86400\r\n";

    private final TestCertificate authority = TestCertificate.authority("CA");
    private final FakeResolver dns = new FakeResolver().address(NAME, "127.0.0.1");
    private PolicyHost host = PolicyHost.start(authority.issue(NAME));

    @AfterEach
    void stop() {
        host.close();
    }

    private Fetched fetch() {
        return fetch(Duration.ofSeconds(10), true);
    }

    private Fetched fetch(Duration timeout, boolean loopback) {
        return new HttpsPolicyFetch(
                        dns,
                        () -> new HttpsPolicyFetch.Reach(host.port(), address -> loopback),
                        () -> Authorities.of(List.of(authority.certificate())),
                        InstantSource.system(),
                        timeout)
                .fetch(new Domain("example.net"));
    }

    private void showing(TestCertificate other) {
        host.close();
        host = PolicyHost.start(other);
        host.serves(POLICY);
    }

    private static Cause cause(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Failed.class);
        return ((Fetched.Failed) fetched).cause();
    }

    private static String body(Fetched fetched) {
        assertThat(fetched).isInstanceOf(Fetched.Body.class);
        return ((Fetched.Body) fetched).text();
    }

    @Test
    @Requirement({"RFC 8461 §3.2", "RFC 8461 §3.3"})
    void fetchesThePolicyFromItsWellKnownPlace() {
        host.serves(POLICY);

        assertThat(body(fetch())).isEqualTo(POLICY);
        assertThat(host.requests().getFirst()).startsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: " + NAME);
    }

    @Test
    void readsBodiesInChunksAndToTheEnd() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: TEXT/plain\r\n";
        host.answersRaw(head + "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assertThat(body(fetch())).isEqualTo("abcde");

        host.answersRaw(head + "\r\n" + POLICY);
        assertThat(body(fetch())).isEqualTo(POLICY);
    }

    @Test
    @Requirement({"RFC 8461 §3.3", "K3"})
    void refusesCertificatesThatDoNotDo() {
        showing(authority.issueExpired(NAME));
        assertThat(cause(fetch())).isEqualTo(Cause.CERTIFICATE);
        showing(authority.issue("example.net"));
        assertThat(cause(fetch())).isEqualTo(Cause.CERTIFICATE);
        showing(TestCertificate.selfSigned(NAME));
        assertThat(cause(fetch())).isEqualTo(Cause.CERTIFICATE);
        assertThat(host.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.example.net/elsewhere\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 302 Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 70000\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\nx",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: gzip\r\n\r\nzz\r\n",
                "220 mx.example.net ESMTP\r\n",
                ""
            })
    @Requirement({"RFC 8461 §3.3", "K3"})
    void refusesEveryAnswerButAPolicy(String answer) {
        host.answersRaw(answer);

        assertThat(cause(fetch())).isEqualTo(Cause.FETCH);
        assertThat(host.requests()).hasSize(1);
    }

    @Test
    @Requirement("K3")
    void refusesAPolicyThatIsTooLongHoweverItComes() {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
        host.answersRaw(head + "\r\n" + "x".repeat(70_000));
        assertThat(cause(fetch())).isEqualTo(Cause.FETCH);

        host.answersRaw(head + "Transfer-Encoding: chunked\r\n\r\n8000\r\n" + "x".repeat(0x8000) + "\r\n8001\r\n"
                + "x".repeat(0x8001) + "\r\n0\r\n\r\n");
        assertThat(cause(fetch())).isEqualTo(Cause.FETCH);

        host.answersRaw(head + "X: " + "y".repeat(9_000) + "\r\n\r\n");
        assertThat(cause(fetch())).isEqualTo(Cause.FETCH);
    }

    @Test
    @Requirement("RFC 8461 §3.3")
    void waitsNoLongerThanItsTime() {
        host.isSilent();

        assertThat(cause(fetch(Duration.ofMillis(500), true))).isEqualTo(Cause.FETCH);
    }

    @Test
    void callsOnNobodyWhoMayNotBeCalledOn() {
        host.serves(POLICY);

        assertThat(cause(fetch(Duration.ofSeconds(10), false))).isEqualTo(Cause.FETCH);
        assertThat(host.requests()).isEmpty();
    }
}
