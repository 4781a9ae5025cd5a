package org.postrider.account;

import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Gives JNDI the TLS that its connections are to have: of a factory it takes the name of a class, and asks that one on the
 * thread that connects.
 *
 * <p>Thread: any; what is chosen holds for the thread that has chosen it.
 */
public final class LdapSockets {
    private static final ThreadLocal<@Nullable SSLSocketFactory> CHOSEN = new ThreadLocal<>();

    private LdapSockets() {}

    /** For JNDI, which finds it by its name. */
    public static SocketFactory getDefault() {
        SSLSocketFactory chosen = CHOSEN.get();
        return chosen == null ? SSLSocketFactory.getDefault() : chosen;
    }

    /** From now on this thread connects with {@code factory}, until the answer is closed. */
    static Choice choose(SSLSocketFactory factory) {
        CHOSEN.set(factory);
        return CHOSEN::remove;
    }

    interface Choice extends AutoCloseable {
        @Override
        void close();
    }
}
