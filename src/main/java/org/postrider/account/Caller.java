package org.postrider.account;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postrider.sasl.Credentials;
import org.postrider.sasl.Login;
import org.postrider.sasl.Refusal;

/**
 * The accounts as one client may use them: each attempt is counted before it is judged, and not judged beyond the limit.
 * Whoever runs the exchange says how it ended, by {@link #accepted} or {@link #refused}.
 *
 * <p>Thread: confined to a session.
 */
public final class Caller implements Credentials {
    private final InetAddress client;
    private final Judge judge;
    private final Guard guard;
    private final WaitingRoom waitingRoom;
    private final LoginDiary diary;

    /** The key of the user whose attempt was counted and has not ended; empty where it names none. */
    private @Nullable String attempt;

    Caller(InetAddress client, Judge judge, Guard guard, WaitingRoom waitingRoom, LoginDiary diary) {
        this.client = client;
        this.judge = judge;
        this.guard = guard;
        this.waitingRoom = waitingRoom;
        this.diary = diary;
    }

    /** Whether this client may try at all; where not, the answer is 421 4.7.0. */
    public boolean mayTry() {
        return guard.admits(client);
    }

    @Override
    public Judgement password(String user, String password) {
        return judged(user, () -> judge.password(user, password, !guard.knows(client, User.key(user))));
    }

    @Override
    public Optional<Verifier> scram(String user, String hash) {
        if (enters(user)) {
            return judge.scram(user, hash);
        }
        // The exchange goes on as with any other user, and fails at its end.
        return judge.scram(user, hash).map(Caller::spoiled);
    }

    private static Verifier spoiled(Verifier verifier) {
        return new Verifier(
                verifier.user(),
                verifier.salt(),
                verifier.iterations(),
                verifier.storedKey(),
                verifier.serverKey(),
                false);
    }

    @Override
    public Judgement token(String user, String token) {
        return judged(user, () -> judge.token(user, token));
    }

    @Override
    public Judgement certificate(String user, List<X509Certificate> chain) {
        return judged(user, () -> judge.certificate(user, chain));
    }

    private Judgement judged(String user, Supplier<Judgement> judgement) {
        return enters(user) ? judgement.get() : new Judgement.Unknown(Refusal.BAD_CREDENTIALS);
    }

    private boolean enters(String user) {
        String key = User.key(user);
        attempt = key;
        return guard.enter(client, key);
    }

    /** An exchange has accepted the client. */
    public void accepted(Login login) {
        if (attempt != null) {
            guard.succeeded(client, attempt);
            attempt = null;
        }
        diary.loggedIn(client, login.user(), login.mechanism());
    }

    /**
     * An exchange has failed.
     *
     * @param user as claimed; empty where none was
     * @return what the client is to wait for before it is told, and whether the session ends then
     */
    public Guard.Penalty refused(Refusal refusal, String user) {
        if (attempt == null) {
            // Not even a name: whoever sends such messages without end is counted, too.
            guard.enter(client, "");
        }
        String key = attempt == null ? "" : attempt;
        attempt = null;
        diary.refused(client, user, refusal);
        if (refusal == Refusal.UNAVAILABLE || refusal == Refusal.DISABLED) {
            // Our own trouble, or somebody who knew the secret.
            guard.forget(client, key);
            return Guard.Penalty.NONE;
        }
        Guard.Penalty penalty = guard.failed(client, key);
        if (penalty.reached()) {
            diary.blocked(client, user);
        }
        return penalty;
    }

    /** Waits as a penalty says; {@code false} where too many wait already: the session is to end at once. */
    public boolean await(Guard.Penalty penalty) {
        return waitingRoom.await(penalty.delay());
    }
}
