package org.postrider.account;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.naming.AuthenticationException;
import javax.naming.AuthenticationNotSupportedException;
import javax.naming.Context;
import javax.naming.InvalidNameException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NoPermissionException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a directory whether a password is right, by a bind with it (RFC 4513 §5.1.3).
 *
 * <p>Each bind of a user is a connection of its own, so that none can leave its identity to the next; how many there are at
 * once is bounded, and how many checks wait for one. Wrong passwords may have a share of their time, as they have of the
 * hashing lanes'. Those who search keep theirs, a few. A user that a search does not find is bound as all the same, under a
 * name that nobody has, so that it costs the same answers.
 *
 * <p>Thread: any; blocks on the network, at most a few time-outs.
 */
final class LdapDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LdapDirectory.class);
    private static final int ADDRESSES_MAX = 1_000;
    /** Connections that wait for the next search. */
    private static final int SEARCHERS_MAX = 4;

    /** Checks that wait for a connection, for each of them. Those beyond are judged later. */
    static final int WAITING_PER_CONNECTION = HashingLanes.WAITING_PER_LANE;

    /** How many of those may be of strangers, so that who is known at its place finds room. */
    static final int STRANGERS_PER_CONNECTION = HashingLanes.STRANGERS_PER_LANE;

    private static final String NOBODY = "cn=nobody-of-this-name";

    private final LdapSettings settings;
    private final LongSupplier nanoTime;
    private final Semaphore connections;
    private final GuessBudget guesses;
    private final SSLSocketFactory tls;
    private final BlockingQueue<Connection> searchers = new ArrayBlockingQueue<>(SEARCHERS_MAX);
    private volatile boolean closed;

    /** What the directory said. */
    sealed interface Answer {
        /** @param addresses that the entry has */
        record Right(List<String> addresses) implements Answer {}

        record Wrong() implements Answer {}

        record Unavailable() implements Answer {}
    }

    /** @param nanoTime as {@link System#nanoTime} */
    LdapDirectory(LdapSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.guesses = new GuessBudget(settings.connections(), nanoTime);
        this.connections = new Semaphore(settings.connections());
        this.tls = settings.tls().map(SSLContext::getSocketFactory).orElseGet(() ->
                (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    LdapSettings settings() {
        return settings;
    }

    /** Whether one more stranger may be asked about: not while wrong passwords have cost too much, or too many wait. */
    boolean takesStrangers() {
        return guesses.isLeft() && connections.getQueueLength() < settings.connections() * STRANGERS_PER_CONNECTION;
    }

    /** @param password not empty: with none a bind is anonymous and succeeds (RFC 4513 §5.1.2) */
    Answer check(String user, String password) {
        if (password.isEmpty()) {
            throw new IllegalArgumentException("a bind without a password");
        }
        if (connections.getQueueLength() >= settings.connections() * WAITING_PER_CONNECTION) {
            return new Answer.Unavailable();
        }
        try {
            if (!connections.tryAcquire(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("all {} connections to {} are busy", settings.connections(), settings.url());
                return new Answer.Unavailable();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unavailable();
        }
        long begin = nanoTime.getAsLong();
        try (LdapSockets.Choice _ = LdapSockets.choose(tls)) {
            Answer answer = bind(dn(user), password);
            if (answer instanceof Answer.Wrong) {
                guesses.spend(Duration.ofNanos(nanoTime.getAsLong() - begin));
            }
            return answer;
        } catch (AuthenticationException | AuthenticationNotSupportedException | NoPermissionException e) {
            LOG.error("{} does not let us search: {}", settings.url(), e.getMessage());
            return new Answer.Unavailable();
        } catch (NamingException | IOException e) {
            LOG.warn("{} does not answer: {}", settings.url(), e.toString());
            return new Answer.Unavailable();
        } finally {
            connections.release();
        }
    }

    private String dn(String user) throws NamingException, IOException {
        return switch (settings.entry()) {
            case LdapSettings.Entry.At(String dn) -> dn.replace(LdapSettings.USER, LdapText.inName(user));
            case LdapSettings.Entry.FoundBy by -> search(by, user).orElse(NOBODY + "," + by.base());
        };
    }

    private Optional<String> search(LdapSettings.Entry.FoundBy by, String user) throws NamingException, IOException {
        Connection kept = searchers.poll();
        if (kept != null) {
            try {
                return search(kept, by, user);
            } catch (NamingException e) {
                LOG.debug("the directory has closed a connection: once more on a new one", e);
            }
        }
        Connection fresh = open();
        try {
            fresh.bind(by.bindDn(), by.bindPassword());
        } catch (NamingException e) {
            fresh.close();
            throw e;
        }
        return search(fresh, by, user);
    }

    /** Keeps the connection for the next search where this one went well. */
    @SuppressWarnings("BanJNDI") // no objects are asked for, and the JDK rebuilds none from a directory by default
    private Optional<String> search(Connection connection, LdapSettings.Entry.FoundBy by, String user)
            throws NamingException {
        boolean good = false;
        try {
            SearchControls controls = new SearchControls();
            controls.setSearchScope(SearchControls.SUBTREE_SCOPE);
            // Two are asked for, so that one name for two people is seen, and is nobody's.
            controls.setCountLimit(2);
            controls.setTimeLimit(Math.toIntExact(settings.timeout().toMillis()));
            controls.setReturningAttributes(new String[] {"1.1"});
            String filter = by.filter().replace(LdapSettings.USER, LdapText.inFilter(user));
            Optional<String> name = only(connection.context().search(new LdapName(by.base()), filter, controls));
            good = true;
            return name;
        } finally {
            if (!good || closed || !searchers.offer(connection)) {
                connection.close();
            }
        }
    }

    private static Optional<String> only(NamingEnumeration<SearchResult> found) throws NamingException {
        try {
            if (!found.hasMore()) {
                return Optional.empty();
            }
            String name = found.next().getNameInNamespace();
            return found.hasMore() ? Optional.empty() : Optional.of(name);
        } finally {
            found.close();
        }
    }

    /** Ends the connections that wait. Checks that are being made go on. */
    @Override
    public void close() {
        closed = true;
        for (Connection kept = searchers.poll(); kept != null; kept = searchers.poll()) {
            kept.close();
        }
    }

    private Answer bind(String dn, String password) throws NamingException, IOException {
        LdapName name;
        try {
            name = new LdapName(dn);
        } catch (InvalidNameException e) {
            LOG.warn("no name of an entry: {}", e.getMessage());
            return new Answer.Wrong();
        }
        try (Connection connection = open()) {
            try {
                connection.bind(dn, password);
            } catch (AuthenticationException
                    | AuthenticationNotSupportedException
                    | NoPermissionException
                    | NameNotFoundException
                    | InvalidNameException e) {
                return new Answer.Wrong();
            }
            return new Answer.Right(addresses(connection.context(), name));
        }
    }

    @SuppressWarnings("BanJNDI") // no objects are asked for, and the JDK rebuilds none from a directory by default
    private List<String> addresses(LdapContext context, LdapName entry) {
        if (settings.addressAttribute().isEmpty()) {
            return List.of();
        }
        String wanted = settings.addressAttribute().get();
        try {
            Attributes attributes = context.getAttributes(entry, new String[] {wanted});
            Attribute values = attributes.get(wanted);
            List<String> addresses = new ArrayList<>();
            for (int i = 0; values != null && i < Math.min(values.size(), ADDRESSES_MAX); i++) {
                addresses.add(String.valueOf(values.get(i)));
            }
            return addresses;
        } catch (NamingException e) {
            LOG.warn("{} of {} cannot be read: {}", wanted, entry, e.toString());
            return List.of();
        }
    }

    @SuppressWarnings("JdkObsolete") // JNDI takes nothing else
    private Connection open() throws NamingException, IOException {
        Hashtable<String, String> environment = new Hashtable<>();
        String millis = String.valueOf(settings.timeout().toMillis());
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, settings.url());
        environment.put(Context.REFERRAL, "ignore");
        environment.put(Context.SECURITY_AUTHENTICATION, "none");
        if (settings.url().startsWith("ldaps:")) {
            environment.put("java.naming.ldap.factory.socket", LdapSockets.class.getName());
        }
        environment.put("com.sun.jndi.ldap.connect.timeout", millis);
        environment.put("com.sun.jndi.ldap.read.timeout", millis);
        LdapContext context = new InitialLdapContext(environment, null);
        try {
            if (!settings.startTls()) {
                return new Connection(context, null);
            }
            StartTlsResponse begun = (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
            // Checks the certificate against the URL's host.
            begun.negotiate(tls);
            return new Connection(context, begun);
        } catch (NamingException | IOException e) {
            context.close();
            throw e;
        }
    }

    private record Connection(LdapContext context, @Nullable StartTlsResponse tls) implements AutoCloseable {
        void bind(String dn, String password) throws NamingException {
            if (dn.isEmpty()) {
                context.reconnect(null);
                return;
            }
            context.addToEnvironment(Context.SECURITY_AUTHENTICATION, "simple");
            context.addToEnvironment(Context.SECURITY_PRINCIPAL, dn);
            context.addToEnvironment(Context.SECURITY_CREDENTIALS, password);
            context.reconnect(null);
        }

        @Override
        public void close() {
            try {
                if (tls != null) {
                    tls.close();
                }
                context.close();
            } catch (NamingException | IOException e) {
                LOG.debug("closing a connection to the directory", e);
            }
        }
    }
}
