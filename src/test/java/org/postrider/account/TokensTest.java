package org.postrider.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postrider.sasl.Credentials.Judgement;
import org.postrider.sasl.Refusal;
import org.postrider.testing.Requirement;

@Requirement("conf-80")
final class TokensTest {
    private static final Judgement BAD = new Judgement.Unknown(Refusal.BAD_CREDENTIALS);
    private static final Judgement AWAY = new Judgement.Unknown(Refusal.UNAVAILABLE);
    private static final Judgement ALICE = new Judgement.Known("alice@example.net");

    /** 2026-03-01T10:20:00Z is 1772360400. */
    private static final String CLAIMS =
            "{\"iss\":\"https://id.example.net\",\"aud\":[\"mail\",\"web\"],\"exp\":1772360700,"
                    + "\"nbf\":1772360000,\"email\":\"alice@example.net\"}";

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer web;
    private volatile String answer = "{}";
    private volatile int status = 200;

    @BeforeEach
    void open() throws IOException {
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void close() {
        web.stop(0);
    }

    private World signed(User... users) throws IOException {
        TokenSettings.Source source =
                new TokenSettings.Source.SignedBy(place("/keys"), "https://id.example.net", "mail");
        return new World(
                directory,
                World.with(World.settings(users), new TokenSettings(source, "email", Duration.ofSeconds(5))));
    }

    private URI place(String path) {
        return URI.create("http://127.0.0.1:" + web.getAddress().getPort() + path);
    }

    private static Judgement judge(World world, String user, String token) {
        return world.accounts.caller(World.CLIENT).token(user, token);
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static String base64(BigInteger number, int octets) {
        byte[] padded = new byte[octets];
        byte[] bytes = number.toByteArray();
        for (int i = 0; i < Math.min(octets, bytes.length); i++) {
            padded[octets - 1 - i] = bytes[bytes.length - 1 - i];
        }
        return base64(padded);
    }

    private static String token(String algorithm, KeyPair keys, String claims) throws GeneralSecurityException {
        String head = base64(("{\"alg\":\"" + algorithm + "\",\"kid\":\"k1\"}").getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "RS256" -> "SHA256withRSA";
                    case "ES256" -> "SHA256withECDSAinP1363Format";
                    default -> "Ed25519";
                });
        signature.initSign(keys.getPrivate());
        signature.update(head.getBytes(StandardCharsets.US_ASCII));
        return head + "." + base64(signature.sign());
    }

    private static KeyPair keys(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(
                switch (algorithm) {
                    case "RS256" -> "RSA";
                    case "ES256" -> "EC";
                    default -> "Ed25519";
                });
        if (algorithm.equals("RS256")) {
            generator.initialize(2_048);
        } else if (algorithm.equals("ES256")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return generator.generateKeyPair();
    }

    private static String published(String algorithm, KeyPair keys) {
        String key = switch (keys.getPublic()) {
            case RSAPublicKey rsa -> "\"kty\":\"RSA\",\"n\":\"" + base64(rsa.getModulus(), 256) + "\",\"e\":\"AQAB\"";
            case ECPublicKey ec ->
                "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + base64(ec.getW().getAffineX(), 32) + "\",\"y\":\""
                        + base64(ec.getW().getAffineY(), 32) + "\"";
            default -> {
                byte[] encoded = keys.getPublic().getEncoded();
                yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                        + base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + "\"";
            }
        };
        return "{\"keys\":[{\"kid\":\"k1\",\"alg\":\"" + algorithm + "\"," + key + "}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void aTokenSignedByItsIssuerNamesItsUser(String algorithm) throws Exception {
        KeyPair keys = keys(algorithm);
        answer = published(algorithm, keys);
        String token = token(algorithm, keys, CLAIMS);
        try (World world = signed()) {
            assertThat(judge(world, "", token)).isEqualTo(ALICE);
            assertThat(judge(world, "Alice@example.net", token)).isEqualTo(ALICE);
            assertThat(judge(world, "bob@example.net", token)).isEqualTo(BAD);
            assertThat(judge(world, "", token.substring(0, token.length() - 8) + "AAAAAAAA"))
                    .isEqualTo(BAD);
            assertThat(judge(world, "", token(algorithm, keys(algorithm), CLAIMS)))
                    .isEqualTo(BAD);
            assertThat(asked).hasSize(1);
            world.pass(Duration.ofHours(2));
            assertThat(judge(world, "", token)).isEqualTo(BAD);
        }
    }

    @Test
    void aTokenForOthersOrOfOthersIsRefused() throws Exception {
        KeyPair keys = keys("EdDSA");
        answer = published("EdDSA", keys);
        for (String[] change : new String[][] {
            {"\"mail\"", "\"other\""},
            {"https://id.example.net", "https://id.example.org"},
            {"1772360000", "1772361000"},
            {"1772360700", "1772360000"},
            {"\"exp\":1772360700,", ""},
            {"alice@example.net", ""},
            {"alice@example.net", "al\\\\u0000ice"}
        }) {
            try (World world = signed()) {
                String claims = CLAIMS.replace(change[0], change[1].replace("\\\\", "\\"));
                assertThat(judge(world, "", token("EdDSA", keys, claims)))
                        .as(claims)
                        .isEqualTo(BAD);
            }
        }
    }

    @Test
    void noTokenChoosesAnAlgorithmOfItsOwn() throws Exception {
        answer = published("RS256", keys("RS256"));
        String none = base64("{\"alg\":\"none\",\"kid\":\"k1\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(CLAIMS.getBytes(StandardCharsets.UTF_8)) + ".";
        try (World world = signed()) {
            assertThat(judge(world, "", none)).isEqualTo(BAD);
            assertThat(judge(world, "", none.replace("bm9uZ", "SFMyN"))).isEqualTo(BAD);
            assertThat(judge(world, "", "opaque")).isEqualTo(BAD);
            assertThat(judge(world, "", "a.b.c")).isEqualTo(BAD);
        }
    }

    @Test
    void keysThatCannotBeHadAreOurTroubleAndAreAskedForOnceAMinute() throws Exception {
        KeyPair keys = keys("EdDSA");
        String token = token("EdDSA", keys, CLAIMS);
        try (World world = signed()) {
            status = 500;
            assertThat(judge(world, "", token)).isEqualTo(AWAY);
            assertThat(judge(world, "", token)).isEqualTo(AWAY);
            assertThat(asked).hasSize(1);
            status = 200;
            answer = "[1]";
            world.pass(Duration.ofSeconds(61));
            assertThat(judge(world, "", token)).isEqualTo(AWAY);
            answer = published("EdDSA", keys);
            world.pass(Duration.ofSeconds(61));
            assertThat(judge(world, "", token)).isEqualTo(ALICE);
        }
    }

    @Test
    void aUserWhoIsDisabledHereIsDisabledByTokenToo() throws Exception {
        KeyPair keys = keys("EdDSA");
        answer = published("EdDSA", keys);
        try (World world = signed(World.user("alice@example.net", new UserSecret.None(), true))) {
            assertThat(judge(world, "", token("EdDSA", keys, CLAIMS)))
                    .isEqualTo(new Judgement.Unknown(Refusal.DISABLED));
        }
    }

    @Test
    @Requirement({"RFC 7662 §2.1", "H7"})
    void theIssuerIsAskedWhatATokenIsWorth() throws IOException {
        TokenSettings.Source source = new TokenSettings.Source.AskedAt(place("/introspect"), "mail:er", "s&cret");
        TokenSettings settings = new TokenSettings(source, "username", Duration.ofSeconds(5));
        try (World world = new World(directory, World.with(World.settings(), settings))) {
            answer = "{\"active\":true,\"username\":\"alice@example.net\",\"exp\":1772360700}";
            assertThat(judge(world, "", "a+b/c=&active=true")).isEqualTo(ALICE);
            String basic = Base64.getEncoder().encodeToString("mail%3Aer:s%26cret".getBytes(StandardCharsets.US_ASCII));
            assertThat(asked)
                    .containsExactly(
                            "Basic " + basic + " token=a%2Bb%2Fc%3D%26active%3Dtrue&token_type_hint=access_token");
            answer = "{\"active\":false}";
            assertThat(judge(world, "", "t")).isEqualTo(BAD);
            answer = "{\"active\":true,\"username\":\"alice@example.net\",\"exp\":1772360000}";
            assertThat(judge(world, "", "t")).isEqualTo(BAD);
            answer = "{\"active\":true}";
            assertThat(judge(world, "", "t")).isEqualTo(BAD);
        }
        try (World world = new World(directory, World.with(World.settings(), settings))) {
            status = 302;
            assertThat(judge(world, "", "t")).isEqualTo(AWAY);
            status = 200;
            answer = "{\"active\":true,\"pad\":\"" + "x".repeat(Endpoint.OCTETS_MAX) + "\"}";
            assertThat(judge(world, "", "t")).isEqualTo(AWAY);
        }
    }

    @Test
    @Requirement("RFC 7662 §4")
    void thatATokenIsGoodIsRememberedForAMinuteAndNotBeyondItsEnd() throws IOException {
        TokenSettings.Source source = new TokenSettings.Source.AskedAt(place("/introspect"), "mailer", "secret");
        TokenSettings settings = new TokenSettings(source, "username", Duration.ofSeconds(5));
        try (World world = new World(directory, World.with(World.settings(), settings))) {
            answer = "{\"active\":true,\"username\":\"alice@example.net\"}";
            judge(world, "", "one");
            assertThat(judge(world, "", "one")).isEqualTo(ALICE);
            assertThat(asked).hasSize(1);
            judge(world, "", "another");
            assertThat(asked).hasSize(2);
            world.pass(Duration.ofSeconds(60));
            answer = "{\"active\":false}";
            assertThat(judge(world, "", "one")).isEqualTo(BAD);
            assertThat(judge(world, "", "one")).isEqualTo(BAD);
            assertThat(asked).as("a bad one is asked for each time").hasSize(4);
            answer = "{\"active\":true,\"username\":\"alice@example.net\",\"exp\":" + (world.now.getEpochSecond() + 10)
                    + "}";
            judge(world, "", "short");
            world.pass(Duration.ofSeconds(10));
            assertThat(judge(world, "", "short")).isEqualTo(BAD);
        }
    }
}
