package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.BasicAttribute;
import javax.naming.directory.BasicAttributes;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.ReversePath;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Refusal;
import org.postrider.testing.Requirement;
import org.postrider.testing.TestCertificate;
import org.postrider.tls.Authorities;

/** Against OpenLDAP. */
@EnabledIfSystemProperty(named = "interop", matches = "true")
@Timeout(120)
final class LdapInteropTest {
    private static final String BASE = "dc=example,dc=net";
    private static final String ROOT = "cn=root," + BASE;
    private static final TestCertificate AUTHORITY = TestCertificate.authority("directory authority");
    private static final Judgement BAD = new Judgement.Unknown(Refusal.BAD_CREDENTIALS);

    @TempDir
    private Path directory;

    private Process slapd;
    private Path peer;
    private Path settings;
    private int port;
    private int securePort;

    @BeforeEach
    void start() throws IOException, InterruptedException, NamingException {
        String given = System.getenv("POSTRIDER_PEERS");
        peer = Path.of(given == null ? "/var/cache/postrider-peers" : given, "slapd");
        Files.createDirectories(directory.resolve("db"));
        TestCertificate own = AUTHORITY.issueRsa("localhost");
        Path certificate = Files.writeString(directory.resolve("cert.pem"), own.chainPem());
        Path key = Files.writeString(directory.resolve("key.pem"), own.keyPem());
        settings = Files.writeString(
                directory.resolve("slapd.conf"),
                "include " + peer + "/etc/ldap/schema/core.schema\ninclude " + peer
                        + "/etc/ldap/schema/cosine.schema\ninclude " + peer + "/etc/ldap/schema/inetorgperson.schema\n"
                        + "modulepath " + peer + "/usr/lib/ldap\nmoduleload back_mdb\npidfile "
                        + directory.resolve("pid")
                        + "\nTLSCertificateFile " + certificate + "\nTLSCertificateKeyFile " + key
                        + "\ndatabase mdb\nmaxsize 1048576\nsuffix \"" + BASE + "\"\nrootdn \"" + ROOT
                        + "\"\nrootpw secret\ndirectory " + directory.resolve("db")
                        + "\naccess to attrs=userPassword by"
                        + " anonymous auth by * none\naccess to * by self read by dn.exact=\"" + ROOT
                        + "\" read by * none\n");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
            securePort = another.getLocalPort();
        }
        launch();
        fill();
    }

    private void launch() throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                peer.resolve("usr/sbin/slapd").toString(),
                "-d",
                "0",
                "-f",
                settings.toString(),
                "-h",
                "ldap://127.0.0.1:" + port + " ldaps://127.0.0.1:" + securePort);
        command.environment().put("LD_LIBRARY_PATH", libraries(peer));
        slapd = command.redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitPort();
    }

    /** It brings a library of its own, which lies where the machine's kind puts it. */
    private static String libraries(Path peer) throws IOException {
        try (Stream<Path> files = Files.walk(peer.resolve("usr/lib"))) {
            return files.filter(path -> path.getFileName().toString().startsWith("libslapi"))
                    .map(path -> String.valueOf(path.getParent()))
                    .findFirst()
                    .orElse("");
        }
    }

    private void awaitPort() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end && slapd.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        throw new IOException("slapd did not start: " + Files.readString(directory.resolve("log")));
    }

    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // our own slapd; JNDI takes no other table
    private void fill() throws NamingException {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, url());
        environment.put(Context.SECURITY_PRINCIPAL, ROOT);
        environment.put(Context.SECURITY_CREDENTIALS, "secret");
        LdapContext context = new InitialLdapContext(environment, null);
        BasicAttributes top = new BasicAttributes("dc", "example");
        top.put(classes("dcObject", "organization"));
        top.put("o", "Example");
        context.createSubcontext(new LdapName(BASE), top).close();
        person(context, "alice", "alice@example.net", "sesame");
        person(context, "b*b", "bob@example.net", "p\u00e4ss (word)*\\");
        person(context, "admin\\,x", "admin@example.net", "root");
        context.close();
    }

    @SuppressWarnings("BanJNDI") // our own slapd
    private static void person(LdapContext context, String uid, String mail, String password) throws NamingException {
        BasicAttributes person = new BasicAttributes("cn", "a person");
        person.put(classes("inetOrgPerson"));
        person.put("sn", "person");
        BasicAttribute mails = new BasicAttribute("mail", mail);
        mails.add("shared@example.org");
        person.put(mails);
        person.put("userPassword", password);
        context.createSubcontext(new LdapName("uid=" + uid + "," + BASE), person)
                .close();
    }

    private static BasicAttribute classes(String... names) {
        BasicAttribute classes = new BasicAttribute("objectClass");
        for (String name : names) {
            classes.add(name);
        }
        return classes;
    }

    @AfterEach
    void stop() throws InterruptedException {
        slapd.destroy();
        if (!slapd.waitFor(10, TimeUnit.SECONDS)) {
            slapd.destroyForcibly();
        }
    }

    private String url() {
        return "ldap://127.0.0.1:" + port;
    }

    private World world(LdapSettings.Entry entry) throws IOException {
        LdapSettings settings =
                new LdapSettings(url(), false, entry, Optional.of("mail"), Duration.ofSeconds(5), 4, Optional.empty());
        return new World(directory, World.with(World.settings(World.plain("local", "here")), settings));
    }

    private static Judgement judge(World world, String user, String password) {
        return world.accounts.caller(World.CLIENT).password(user, password);
    }

    private static Grants.Grant grant(World world, String user, String address) {
        return world.accounts
                .grants()
                .maySendAs(user, new ReversePath(MailboxGrammar.mailbox(address).orElseThrow()));
    }

    @Test
    void usersAreFoundByATemplate() throws IOException {
        try (World world = world(new LdapSettings.Entry.At("uid={user}," + BASE))) {
            assertThat(judge(world, "Alice", "sesame")).isEqualTo(new Judgement.Known("alice"));
            assertThat(judge(world, "alice", "sesame")).isEqualTo(new Judgement.Known("alice"));
            assertThat(judge(world, "alice", "wrong")).isEqualTo(BAD);
            assertThat(judge(world, "nobody", "sesame")).isEqualTo(BAD);
            assertThat(judge(world, "local", "here")).isEqualTo(new Judgement.Known("local"));
            assertThat(grant(world, "alice", "alice@example.net")).isEqualTo(Grants.Grant.GRANTED);
            assertThat(grant(world, "alice", "shared@example.org")).isEqualTo(Grants.Grant.GRANTED);
            assertThat(grant(world, "alice", "bob@example.net")).isEqualTo(Grants.Grant.REFUSED);
        }
    }

    @Test
    @Requirement("H7")
    void namesCannotReachOutOfTheirPlace() throws IOException {
        try (World world = world(new LdapSettings.Entry.At("uid={user}," + BASE))) {
            assertThat(judge(world, "admin,x", "root")).isEqualTo(new Judgement.Known("admin,x"));
            assertThat(judge(world, "alice," + BASE + "\\", "sesame")).isEqualTo(BAD);
        }
        try (World world = world(new LdapSettings.Entry.FoundBy(BASE, "(uid={user})", ROOT, "secret"))) {
            assertThat(judge(world, "b*b", "p\u00e4ss (word)*\\")).isEqualTo(new Judgement.Known("b*b"));
            for (String name : new String[] {"*", "al*", "alice)(uid=alice", "*)(objectClass=*"}) {
                assertThat(judge(world, name, "sesame")).as(name).isEqualTo(BAD);
            }
        }
    }

    @Test
    void usersAreFoundBySearch() throws IOException {
        try (World world = world(new LdapSettings.Entry.FoundBy(BASE, "(mail={user})", ROOT, "secret"))) {
            assertThat(judge(world, "alice@example.net", "sesame")).isEqualTo(new Judgement.Known("alice@example.net"));
            assertThat(judge(world, "alice@example.net", "wrong")).isEqualTo(BAD);
            assertThat(judge(world, "nobody@example.net", "sesame")).isEqualTo(BAD);
            // One name for three people is nobody's.
            assertThat(judge(world, "shared@example.org", "sesame")).isEqualTo(BAD);
        }
    }

    private World world(String url, boolean startTls, Optional<SSLContext> tls) throws IOException {
        LdapSettings.Entry entry = new LdapSettings.Entry.FoundBy(BASE, "(mail={user})", ROOT, "secret");
        LdapSettings settings =
                new LdapSettings(url, startTls, entry, Optional.of("mail"), Duration.ofSeconds(5), 4, tls);
        return new World(directory, World.with(World.settings(), settings));
    }

    private void asksUnderTls(String url, boolean startTls) throws IOException {
        SSLContext good = Authorities.of(List.of(AUTHORITY.certificate())).clientContext();
        try (World world = world(url, startTls, Optional.of(good))) {
            for (int i = 0; i < 2; i++) {
                assertThat(judge(world, "alice@example.net", "wrong")).isEqualTo(BAD);
                assertThat(judge(world, "nobody@example.net", "sesame")).isEqualTo(BAD);
            }
            assertThat(judge(world, "alice@example.net", "sesame")).isEqualTo(new Judgement.Known("alice@example.net"));
            assertThat(grant(world, "alice@example.net", "shared@example.org")).isEqualTo(Grants.Grant.GRANTED);
        }
    }

    private void believesNobodyElse(String url, boolean startTls) throws IOException {
        SSLContext other = Authorities.of(
                        List.of(TestCertificate.authority("another").certificate()))
                .clientContext();
        for (Optional<SSLContext> tls : List.of(Optional.of(other), Optional.<SSLContext>empty())) {
            try (World world = world(url, startTls, tls)) {
                assertThat(judge(world, "alice@example.net", "sesame"))
                        .isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
            }
        }
        SSLContext good = Authorities.of(List.of(AUTHORITY.certificate())).clientContext();
        try (World world = world(url.replace("localhost", "127.0.0.1"), startTls, Optional.of(good))) {
            assertThat(judge(world, "alice@example.net", "sesame"))
                    .as("a certificate for another host")
                    .isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
        }
    }

    @Test
    void underTlsItIsAskedWhereAnAuthorityThatIsBelievedVouchesForIt() throws IOException {
        asksUnderTls("ldaps://localhost:" + securePort, false);
        asksUnderTls("ldap://localhost:" + port, true);
    }

    @Test
    void nobodyElseIsToldAPassword() throws IOException {
        believesNobodyElse("ldaps://localhost:" + securePort, false);
        believesNobodyElse("ldap://localhost:" + port, true);
    }

    @Test
    void aConnectionThatTheDirectoryHasClosedIsNoOutage() throws Exception {
        try (World world = world(url(), false, Optional.empty())) {
            assertThat(judge(world, "alice@example.net", "wrong")).isEqualTo(BAD);
            stop();
            launch();
            assertThat(judge(world, "alice@example.net", "sesame")).isEqualTo(new Judgement.Known("alice@example.net"));
        }
    }

    @Test
    void aDirectoryThatIsAwayIsNoWrongPassword() throws Exception {
        try (World world = world(new LdapSettings.Entry.FoundBy(BASE, "(mail={user})", ROOT, "not the secret"))) {
            assertThat(judge(world, "alice@example.net", "sesame"))
                    .isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
        }
        stop();
        try (World world = world(new LdapSettings.Entry.At("uid={user}," + BASE))) {
            assertThat(judge(world, "alice", "sesame")).isEqualTo(new Judgement.Unknown(Refusal.UNAVAILABLE));
        }
    }
}
