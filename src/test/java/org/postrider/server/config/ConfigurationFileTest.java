package org.postrider.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postrider.delivery.Route;
import org.postrider.mail.Network;
import org.postrider.server.config.ConfigurationFile.Result;

class ConfigurationFileTest {
    private static final String LEAST = "hostname = \"mx1.example.net\"\n";
    private static final String LISTENER = "[[listener]]\naddress = \"127.0.0.1:2525\"\n";

    @TempDir
    private Path directory = Path.of("");

    private Result parse(String text) {
        return ConfigurationFile.parse(text, directory, "test.toml");
    }

    private Configuration valid(String text) {
        Result result = parse(text);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).configuration();
    }

    private List<String> errors(String text) {
        Result result = parse(text);
        assertThat(result).isInstanceOf(Result.Invalid.class);
        return ((Result.Invalid) result).problems().stream().map(Problem::text).toList();
    }

    private List<String> warnings(String text) {
        Result result = parse(text);
        assertThat(result).isInstanceOf(Result.Valid.class);
        return ((Result.Valid) result).warnings().stream().map(Problem::text).toList();
    }

    @Test
    void hostnameIsEnough() {
        Configuration configuration = valid(LEAST);
        assertThat(configuration.dataDir()).isEqualTo(directory.resolve("data"));
        assertThat(configuration.http().address())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8025));
        assertThat(configuration.limits().messageSize()).isEqualTo(new Size(50L << 20));
        assertThat(configuration.limits().commandsPerMinute()).isEqualTo(Limit.OFF);
        assertThat(configuration.retry().schedule()).hasSize(7).startsWith(Duration.ofMinutes(1));
        assertThat(configuration.retry().lifetime()).isEqualTo(Duration.ofDays(5));
        assertThat(configuration.timeouts().dataDone()).isEqualTo(Duration.ofMinutes(10));
        assertThat(configuration.relay().networks())
                .containsExactly(
                        Network.parse("127.0.0.0/8").orElseThrow(),
                        Network.parse("::1/128").orElseThrow());
        assertThat(configuration.log().mailLog()).isEmpty();
    }

    @Test
    void readsWhatIsWritten() {
        Configuration configuration = valid(LEAST + """
            data-dir = "/var/lib/x"
            [[listener]]
            address = "[::1]:0"
            role = "relay"
            durability = "os"
            bare-newline = "normalise"
            [[domain]]
            name = "Example.NET"
            deliver = "lmtp:127.0.0.1:24"
            [[route]]
            recipient-domain = "*.example.org"
            to = "smtp:[::1]:2600"
            [limits]
            connections = "off"
            message-size = "1 kB"
            [dns]
            servers = ["127.0.0.1:5399", "192.0.2.1", "[2001:db8::1]"]
            [retry]
            schedule = ["2s", "1h30m"]
            delay-notice = "off"
            """);
        Configuration.Listener listener = configuration.listeners().getFirst();
        assertThat(listener.role()).isEqualTo(Configuration.Role.RELAY);
        assertThat(listener.durability()).isEqualTo(Configuration.Durability.OS);
        assertThat(listener.bareNewline()).isEqualTo(Configuration.BareNewline.NORMALISE);
        assertThat(configuration.dataDir()).isEqualTo(Path.of("/var/lib/x"));
        assertThat(configuration.domains().getFirst().name().ascii()).isEqualTo("example.net");
        assertThat(configuration.domains().getFirst().deliver().orElseThrow().text())
                .isEqualTo("lmtp:127.0.0.1:24");
        assertThat(configuration.routes().getFirst().to()).isInstanceOf(Route.Server.class);
        assertThat(configuration.limits().connections()).isEqualTo(Limit.OFF);
        assertThat(configuration.limits().messageSize()).isEqualTo(new Size(1_000));
        assertThat(configuration.dns().servers())
                .extracting(InetSocketAddress::getPort)
                .containsExactly(5399, 53, 53);
        assertThat(configuration.retry().schedule()).containsExactly(Duration.ofSeconds(2), Duration.ofMinutes(90));
        assertThat(configuration.retry().delayNotice()).isEmpty();
    }

    @Test
    void maildirIsRelativeToTheFile() {
        Configuration configuration = valid(LEAST + "[[domain]]\nname = \"a.example\"\ndeliver = \"maildir:mail\"\n");
        assertThat(configuration.domains().getFirst().deliver().orElseThrow().text())
                .isEqualTo("maildir:" + directory + "/mail");
    }

    /** The text follows the hostname, so its first line is line 2. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        hostnme = "x"                               | 2:1: hostnme: unknown key; did you mean "hostname"?
        connections = 3                             | 2:1: connections: unknown key; it belongs into [limits]
        limits = 3                                  | 2:1: limits: must be a section, and is a number (3); write [limits]
        listener = "x"                              | 2:1: listener: must be a section that can be repeated
        [limits]~errors-per-sesion = 2              | 3:1: limits.errors-per-sesion: unknown key; did you mean "errors-per-session"?
        [limits]~errors-per-session = "2"           | 3:1: limits.errors-per-session: must be a whole number, at least 1, and is text; write it without quotes: 2
        [limits]~errors-per-session = 0             | 3:1: limits.errors-per-session: 0 is out of range
        [limits]~errors-per-session = 2.5           | 3:1: limits.errors-per-session: must be a whole number
        [limits]~message-size = "50 megs"           | 3:1: limits.message-size: "50 megs" is not a size
        [limits]~message-size = 50                  | 3:1: limits.message-size: must be a size such as "50 MiB"
        [retry]~lifetime = "5 days"                 | 3:1: retry.lifetime: "5 days" is not a duration
        [retry]~lifetime = "0s"                     | 3:1: retry.lifetime: "0s": must be longer than nothing
        [retry]~schedule = "1m"                     | 3:1: retry.schedule: must be a list, and is text ("1m"); write [ ] around its values
        [retry]~schedule = ["1m", "x"]              | 3:19: retry.schedule: "x" is not a duration
        [retry]~schedule = []                       | 3:1: retry.schedule: is empty
        [spool]~size-max = "64 MiB"~reserve = "64 MiB" | 4:1: spool.reserve: leaves nothing of size-max
        postmaster = "nobody"                       | 2:1: postmaster: "nobody" is not a mailbox
        [relay]~networks = ["10.0.0.1/8"]           | 3:13: relay.networks: "10.0.0.1/8" is not a network
        [relay]~open-relay = "yes"                  | 3:1: relay.open-relay: can only be "i-understand-the-risk"
        [http]~address = "localhost:8025"           | 3:1: http.address: "localhost:8025" has a name where an address must stand; did you mean "127.0.0.1:8025"?
        [http]~address = "127.0.0.1"                | 3:1: http.address: "127.0.0.1" is not ADDRESS:PORT
        [http]~address = "127.0.0.1:70000"          | 3:1: http.address: "127.0.0.1:70000" has no port from 0 to 65535
        [dns]~trust-ad = "true"                     | 3:1: dns.trust-ad: must be true or false, and is text; write it without quotes: true
        [[domain]]~deliver = "discard"              | 2:1: domain: needs the key name; add name = …
        [[domain]]~name = "a..b"~deliver="discard"  | 3:1: domain.name: "a..b" is not a domain
        [[route]]~recipient-domain="*"~to="smtps:a.example" | 4:1: route.to:
        [[route]]~recipient-domain="*"~to="mx"~tls="verify" | 5:1: route.tls: is for routes to a server, and mx names none; TLS of mail by MX is set in [delivery] tls and [[tls-policy]]
        [[route]]~recipient-domain="*"~to="smtps:a.example:465"~tls="none" | 5:1: route.tls: cannot be "none" where smtps: asks for TLS
        [[route]]~recipient-domain="*"~to="smtp:a.example:25"~tls="always" | 5:1: route.tls: "always" is none of its values
        [[route]]~recipient-domain="*"~to="smtp:a.example:25"~tls-names=["b.example"] | 5:1: route.tls-names: are looked at with tls = "verify" only
        [[route]]~recipient-domain="*"~to="smtp:a.example:25"~user="us" | 2:1: route: user and password go together
        [[route]]~recipient-domain="*"~to="hold"~user="us"~password="x" | 5:1: route.user: is for routes to a server
        [[route]]~recipient-domain="*"~to="smtp:a.example:25"~user="us"~password="file:none" | 6:1: route.password: cannot read
        [[route]]~recipient-domain="*"~to="smtp:a.example:25"~user="us"~password="x"~tls="none" | 7:1: route.tls: "none" would send the password in clear
        [[tls-policy]]~recipient-domain="a.example" | 2:1: tls-policy: needs the key tls
        [[tls-policy]]~recipient-domain="a.example"~tls="may"~tls-names=["b.example"] | 5:1: tls-policy.tls-names: are looked at with tls = "verify" only
        [tls]~trust="file:none.pem"                 | 3:1: tls.trust: cannot read
        [tls]~trust="nothing"                       | 3:1: tls.trust: a value in the file has no certificate
        [[route]]~recipient-domain="*"~to="webhook:"        | 4:1: route.to:
        [[route]]~recipient-domain="*"~to="smtp:a.example"      | 4:1: route.to:
        [[route]]~recipient-domain="*"~to="discart" | 4:1: route.to:
        [[listener]]~address="127.0.0.1:1"~role="mxx" | 4:1: listener.role: "mxx" is none of its values; did you mean "mx"?
        [[listener]]~address="127.0.0.1:1"~tls="implicit" | 4:1: listener.tls: there is no certificate for 127.0.0.1:1
        [[listener]]~address="127.0.0.1:1"~proxy-protocol=true | 4:1: listener.proxy-protocol: needs to know whom to believe
        [[listener]]~address="127.0.0.1:8025"       | 3:1: listener.address: 127.0.0.1:8025 is taken by another section
        [tls]~certificate = "file:c.pem"            | 2:1: tls: certificate and key go together
        [[user]]~name="a"~password="secret"         | 4:1: user.password: begins with neither "argon2id:" nor "plain:"
        [[user]]~name="a"~password="file:none"      | 4:1: user.password: cannot read
        [spool]~large-content = "60 MiB"            | 3:1: spool.large-content: does not leave a segment room
        [delivery]~concurrency-start = 50           | 3:1: delivery.concurrency-start: is more than concurrency-max
        [timeouts]~connect = 30                     | 3:1: timeouts.connect: must be a duration
        x = ]                                       | 2:5: Unexpected ']'
        """)
    void tellsErrorsWithTheirPlace(String lines, String expected) {
        assertThat(errors(LEAST + lines.strip().replace('~', '\n') + "\n"))
                .anySatisfy(error -> assertThat(error).startsWith("test.toml:" + expected.strip()));
    }

    @Test
    void tellsWhatIsMissing() {
        assertThat(errors(LISTENER)).containsExactly("test.toml:1:1: needs the key hostname; add hostname = …");
    }

    @Test
    void listsAllErrorsAtOnceInTheirOrder() {
        assertThat(errors("""
            hostnme = "x"
            hostname = "mx1.example.net"
            [[listener]]
            address = "localhost:25"
            [[listener]]
            address = "0.0.0.0:25"
            tls = "implicit"
            [relay]
            networks = ["10.0.0.0/8", "0.0.0.0/0", "1.2.3.4/8"]
            [limits]
            conections = 3
            message-size = "50 megs"
            """))
                .extracting(error -> error.replaceAll("^test.toml:(\\d+:\\d+): ([^:]+):.*$", "$1 $2"))
                .containsExactly(
                        "1:1 hostnme",
                        "4:1 listener.address",
                        "7:1 listener.tls",
                        "9:27 relay.networks",
                        "9:40 relay.networks",
                        "11:1 limits.conections",
                        "12:1 limits.message-size");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0", "::/0", "0.0.0.0/1", "2000::/3"})
    void refusesAnOpenRelay(String network) {
        String open = LEAST + "[relay]\nnetworks = [\"" + network + "\"]\n[[listener]]\naddress = \"0.0.0.0:25\"\n";
        assertThat(errors(open)).singleElement().asString().startsWith("test.toml:3:13: relay.networks:");
        String understood = open.replace("[relay]\n", "[relay]\nopen-relay = \"i-understand-the-risk\"\n");
        assertThat(warnings(understood))
                .anySatisfy(warning -> assertThat(warning).contains("open relay"));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8", "fc00::/7", "192.168.0.0/16"})
    void privateNetworksAreNoOpenRelay(String network) {
        assertThat(warnings(
                        LEAST + "[relay]\nnetworks = [\"" + network + "\"]\n[[listener]]\naddress = \"0.0.0.0:25\"\n"))
                .isEmpty();
    }

    @Test
    void anOpenRelayOnLoopbackIsATest() {
        assertThat(warnings(LEAST + "[relay]\nnetworks = [\"0.0.0.0/0\"]\n" + LISTENER))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth = \"tls\"|listener.auth: AUTH waits for TLS, and this listener has none",
                "role = \"submission\"|listener.role: without AUTH only [relay] networks may send here",
                "durability = \"os\"|listener.durability: a power cut can lose mail"
            })
    void warnsOfWhatIsNotAsItSeems(String line, String warning) {
        assertThat(warnings(LEAST + LISTENER + line + "\n"))
                .singleElement()
                .asString()
                .startsWith("test.toml:4:1: " + warning);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[listener]]~address = \"0.0.0.0:587\"~role = \"submission\"",
                "[[listener]]~address = \"127.0.0.1:25\"~proxy-protocol = true~[proxy]~networks = [\"127.0.0.1/32\"]"
            })
    void refusesAnOpenRelayForEveryRoleAndBehindProxies(String listener) {
        assertThat(errors(LEAST + "[relay]\nnetworks = [\"0.0.0.0/0\"]\n" + listener.replace('~', '\n') + "\n"))
                .singleElement()
                .asString()
                .startsWith("test.toml:3:13: relay.networks:");
    }

    @ParameterizedTest
    @CsvSource("webhook:orders")
    void holdsMailOfRoutesThatAreNotInThisRelease(String route) {
        String text = LEAST + LISTENER + "[[domain]]\nname = \"a.example\"\ndeliver = \"" + route + "\"\n"
                + "[[route]]\nrecipient-domain = \"*\"\nto = \"" + route + "\"\n";
        assertThat(valid(text).domains().getFirst().deliver().orElseThrow()).isInstanceOf(Route.Hold.class);
        assertThat(valid(text).routes().getFirst().to()).isInstanceOf(Route.Hold.class);
        assertThat(warnings(text))
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning).contains("not in this release: mail is held"));
    }

    @Test
    void delayNoticeBeyondTheLifetimeIsNoError() {
        assertThat(warnings(LEAST + LISTENER + "[retry]\nlifetime = \"30s\"\n")).isEmpty();
        assertThat(warnings(LEAST + LISTENER + "[retry]\nlifetime = \"30s\"\ndelay-notice = \"1m\"\n"))
                .singleElement()
                .asString()
                .startsWith("test.toml:6:1: retry.delay-notice:");
    }

    @Test
    void saysHowAProxyEndsTls() {
        assertThat(errors(LEAST + LISTENER + "tls = \"implicit\"\n"))
                .anySatisfy(error -> assertThat(error).contains("with proxy-protocol = true"));
    }

    @Test
    void warnsOfPublicHttpAndPlainPasswords() {
        String text =
                LEAST + LISTENER + "[http]\naddress = \"0.0.0.0:80\"\n[[user]]\nname = \"a\"\npassword = \"plain:x\"\n";
        assertThat(warnings(text))
                .hasSize(2)
                .anySatisfy(warning -> assertThat(warning).contains("http.address"))
                .anySatisfy(warning -> assertThat(warning).contains("user.password"));
    }

    @Test
    void secretsComeFromFilesAndAreNotShown() throws IOException {
        Files.writeString(
                directory.resolve("pw"),
                "argon2id:$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\n");
        Configuration configuration = valid(LEAST + LISTENER + "[[user]]\nname = \"a\"\npassword = \"file:pw\"\n");
        Reference password = configuration.users().getFirst().password().orElseThrow();
        assertThat(password.resolve())
                .isEqualTo(
                        "argon2id:$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertThat(configuration.toString()).doesNotContain("c29tZXNhbHQ").doesNotContain("file:pw");
    }

    @Test
    void tellsOfAFileThatIsNotThere() {
        Result result = ConfigurationFile.read(directory.resolve("none.toml"));
        assertThat(result).isInstanceOf(Result.Invalid.class);
        assertThat(((Result.Invalid) result).problems().getFirst().message()).isEqualTo("there is no such file");
    }
}
