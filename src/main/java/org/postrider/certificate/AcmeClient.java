package org.postrider.certificate;

import java.io.IOException;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postrider.certificate.AcmeIssuer.Answer.Issued;
import org.postrider.certificate.AcmeIssuer.Answer.Refused;
import org.postrider.tls.Authorities;
import org.postrider.tls.Identities;
import org.postrider.tls.PemIdentity;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.util.KeyPairUtils;

/** One order of RFC 8555 §7.4 from account to certificate, in one go. */
final class AcmeClient implements AcmeIssuer {
    private static final Duration REQUEST_MAX = Duration.ofSeconds(30);
    private static final Duration CHALLENGE_MAX = Duration.ofMinutes(2);
    private static final Duration ORDER_MAX = Duration.ofMinutes(3);
    private static final String ACCOUNT_DOES_NOT_EXIST = "urn:ietf:params:acme:error:accountDoesNotExist";

    private final Identities identities;
    private final HttpChallenges http;

    AcmeClient(Identities identities, HttpChallenges http) {
        this.identities = identities;
        this.http = http;
    }

    /** The authority's directory may have a certificate that only the configuration vouches for. */
    private static final class TrustingProvider extends GenericAcmeProvider {
        private final Authorities authorities;

        TrustingProvider(Authorities authorities) {
            this.authorities = authorities;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            return HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(settings.getTimeout())
                    .sslContext(authorities.clientContext())
                    .build();
        }
    }

    /** An authority's no, on the way through the steps of an order. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String words) {
            super(words);
        }
    }

    @Override
    public Answer issue(AcmeSettings settings, Path account) throws InterruptedException {
        Authorities authorities = Authorities.withSystem(settings.trust());
        Session session = new Session(settings.directory(), new TrustingProvider(authorities));
        session.networkSettings().setTimeout(REQUEST_MAX);
        try (HttpClient _ = session.getHttpClient()) {
            return order(settings, login(session, settings, account));
        } catch (AcmeRateLimitedException e) {
            return new Refused(words(e.getProblem()), e.getRetryAfter());
        } catch (AcmeServerException e) {
            return new Refused(words(e.getProblem()), Optional.empty());
        } catch (AcmeException | RefusedException | IOException e) {
            return new Refused(reason(e), Optional.empty());
        }
    }

    /** What a failure says, and what its cause does where that is of the network. */
    private static String reason(Exception e) {
        Throwable cause = e.getCause();
        return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause;
    }

    private Login login(Session session, AcmeSettings settings, Path file) throws AcmeException, IOException {
        KeyPair pair = accountKey(file);
        try {
            return new AccountBuilder().onlyExisting().useKeyPair(pair).createLogin(session);
        } catch (AcmeServerException e) {
            if (!ACCOUNT_DOES_NOT_EXIST.equals(String.valueOf(e.getType()))) {
                throw e;
            }
        }
        AccountBuilder fresh = new AccountBuilder().agreeToTermsOfService().useKeyPair(pair);
        settings.email().ifPresent(fresh::addEmail);
        settings.binding().ifPresent(binding -> fresh.withKeyIdentifier(binding.keyId(), binding.macKey()));
        return fresh.createLogin(session);
    }

    private static KeyPair accountKey(Path file) throws IOException {
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                return KeyPairUtils.readKeyPair(reader);
            }
        }
        // RSA: the written form of an EC key by the JDK lacks the public half, and could not be read again.
        KeyPair made = KeyType.RSA.generate();
        StringWriter text = new StringWriter();
        KeyPairUtils.writeKeyPair(made, text);
        PrivateFile.write(file, text.toString());
        return made;
    }

    private Answer order(AcmeSettings settings, Login login)
            throws AcmeException, RefusedException, InterruptedException {
        Order order = login.newOrder().domains(settings.names()).create();
        for (Authorization authorization : order.getAuthorizations()) {
            if (authorization.getStatus() != Status.VALID) {
                prove(settings, authorization);
            }
        }
        require(order.waitUntilReady(ORDER_MAX), Status.READY, "the order", order.getError());
        KeyPair pair = settings.keyType().generate();
        order.execute(pair);
        require(order.waitForCompletion(ORDER_MAX), Status.VALID, "the order", order.getError());
        return new Issued(order.getCertificate().getCertificateChain(), pair.getPrivate());
    }

    private static void require(Status is, Status wanted, String what, Optional<Problem> problem)
            throws RefusedException {
        if (is != wanted) {
            throw new RefusedException(what + " is " + is
                    + problem.map(words -> ": " + words(words)).orElse(""));
        }
    }

    private void prove(AcmeSettings settings, Authorization authorization)
            throws AcmeException, RefusedException, InterruptedException {
        String name = authorization.getIdentifier().getDomain();
        if (settings.httpAddress() != null) {
            Http01Challenge challenge = offered(authorization, Http01Challenge.class);
            http.answer(challenge.getToken(), challenge.getAuthorization());
            try {
                complete(challenge, name);
            } finally {
                http.forget(challenge.getToken());
            }
        } else {
            TlsAlpn01Challenge challenge = offered(authorization, TlsAlpn01Challenge.class);
            if (!identities.answerChallenge(name, shown(challenge, authorization))) {
                throw new RefusedException("too many challenges at once");
            }
            try {
                complete(challenge, name);
            } finally {
                identities.forgetChallenge(name);
            }
        }
    }

    private static <C extends Challenge> C offered(Authorization authorization, Class<C> type) throws RefusedException {
        return authorization
                .findChallenge(type)
                .orElseThrow(() -> new RefusedException("the authority does not offer this challenge for "
                        + authorization.getIdentifier().getDomain() + ", but "
                        + authorization.getChallenges().stream()
                                .map(Challenge::getType)
                                .toList()));
    }

    private static PemIdentity shown(TlsAlpn01Challenge challenge, Authorization authorization) {
        // The library signs these with RSA only.
        KeyPair pair = KeyType.RSA.generate();
        var certificate = challenge.createCertificate(pair, authorization.getIdentifier());
        return switch (PemIdentity.of(List.of(certificate), pair.getPrivate())) {
            case PemIdentity.Parsed.Valid(var identity) -> identity;
            case PemIdentity.Parsed.Invalid(var _, var reason) -> throw new AssertionError(reason);
        };
    }

    private static void complete(Challenge challenge, String name)
            throws AcmeException, RefusedException, InterruptedException {
        challenge.trigger();
        require(
                challenge.waitForCompletion(CHALLENGE_MAX),
                Status.VALID,
                "the challenge " + challenge.getType() + " for " + name,
                challenge.getError());
    }

    /** What the authority says, and what it says of each name. */
    private static String words(Problem problem) {
        Stream<String> own = Stream.of(problem.toString());
        Stream<String> below = problem.getSubProblems().stream().map(Problem::toString);
        return Stream.concat(own, below).collect(Collectors.joining("; "));
    }
}
