package org.postrider.testing;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.DnsName;
import org.postrider.dns.Family;
import org.postrider.dns.Mx;
import org.postrider.dns.Resolver;
import org.postrider.dns.Tlsa;
import org.postrider.mail.Domain;

/**
 * A DNS that knows what the test told it. A name with records of another kind has none of the asked kind; one without any
 * does not exist.
 *
 * <p>Thread: any.
 */
public final class FakeResolver implements Resolver {
    private final Map<String, List<Object>> records = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();
    private final Map<String, Answer.Failure> failures = new ConcurrentHashMap<>();
    private final Set<String> secure = ConcurrentHashMap.newKeySet();
    private final AtomicInteger questions = new AtomicInteger();
    private volatile Duration ttl = Duration.ofMinutes(5);

    private record Text(String text) {}

    private record Exchanger(Optional<DnsName> host) {}

    private record Pointer(Domain name) {}

    /** Adds an MX record; {@code "."} is the null MX. */
    public FakeResolver mx(String domain, int preference, String host) {
        add(domain, new Exchanger(DnsName.parse(host)));
        if (host.equals(".")) {
            return add(domain, new Mx(preference, null));
        }
        Domain.parse(host).ifPresent(name -> add(domain, new Mx(preference, name)));
        return this;
    }

    /** Adds A and AAAA records. */
    public FakeResolver address(String host, String... addresses) {
        for (String address : addresses) {
            add(host, InetAddress.ofLiteral(address));
        }
        return this;
    }

    public FakeResolver txt(String name, String text) {
        return add(name, new Text(text));
    }

    public FakeResolver ptr(String address, String name) {
        return add(InetAddress.ofLiteral(address).getHostAddress(), new Pointer(new Domain(name)));
    }

    public FakeResolver alias(String name, String target) {
        aliases.put(name, target);
        return this;
    }

    /** Adds a TLSA record, {@code 3 1 1} and its data in hexadecimal, for SMTP at {@code host}. */
    public FakeResolver tlsa(String host, int usage, int selector, int matchingType, String data) {
        return add("_25._tcp." + host, new Tlsa(usage, selector, matchingType, data));
    }

    /** What is said of these names, that they have nothing or an alias too, is signed and validated. */
    public FakeResolver secure(String... names) {
        secure.addAll(List.of(names));
        return this;
    }

    /** Every question for this name fails from now on; {@code null} heals it. */
    public FakeResolver failing(String name, Answer.@Nullable Failure failure) {
        if (failure == null) {
            failures.remove(name);
        } else {
            failures.put(name, failure);
        }
        return this;
    }

    /** What every answer says of its life. */
    public FakeResolver ttl(Duration other) {
        ttl = other;
        return this;
    }

    /** Forgets a name. */
    public FakeResolver forget(String name) {
        records.remove(name);
        return this;
    }

    /** How many questions there were. */
    public int questions() {
        return questions.get();
    }

    private FakeResolver add(String name, Object entry) {
        records.computeIfAbsent(name, _ -> new CopyOnWriteArrayList<>()).add(entry);
        return this;
    }

    @Override
    public Answer<Mx> mx(Domain name) {
        return ask(name.ascii(), Mx.class);
    }

    @Override
    public Answer<DnsName> exchangers(DnsName name) {
        return switch (ask(name.text(), Exchanger.class)) {
            case Answer.Found<Exchanger> found ->
                new Answer.Found<>(
                        found.records().stream()
                                .flatMap(exchanger -> exchanger.host.stream())
                                .toList(),
                        ttl,
                        false);
            case Answer.NoRecords<Exchanger> _ -> new Answer.NoRecords<>(ttl, false);
            case Answer.NoSuchName<Exchanger> _ -> new Answer.NoSuchName<>(ttl, false);
            case Answer.Failed<Exchanger>(var failure, var detail) -> new Answer.Failed<>(failure, detail);
        };
    }

    @Override
    public Answer<InetAddress> addresses(Domain name, Family family) {
        return addresses(name.ascii(), family);
    }

    @Override
    public Answer<InetAddress> addresses(DnsName name, Family family) {
        return addresses(name.text(), family);
    }

    private Answer<InetAddress> addresses(String name, Family family) {
        return switch (ask(name, InetAddress.class)) {
            case Answer.Found<InetAddress> found -> {
                int octets = family == Family.IPV4 ? 4 : 16;
                List<InetAddress> some = found.records().stream()
                        .filter(address -> address.getAddress().length == octets)
                        .toList();
                yield some.isEmpty()
                        ? new Answer.NoRecords<>(ttl, found.authenticated())
                        : new Answer.Found<>(some, ttl, found.authenticated());
            }
            case Answer.NoRecords<InetAddress> none -> none;
            case Answer.NoSuchName<InetAddress> none -> none;
            case Answer.Failed<InetAddress> failed -> failed;
        };
    }

    @Override
    public Answer<String> txt(Domain name) {
        return map(ask(name.ascii(), Text.class), Text::text);
    }

    @Override
    public Answer<String> txt(DnsName name) {
        return map(ask(name.text(), Text.class), Text::text);
    }

    @Override
    public Answer<Domain> ptr(InetAddress address) {
        return map(ask(address.getHostAddress(), Pointer.class), Pointer::name);
    }

    @Override
    public Answer<Tlsa> tlsa(Domain host, int port) {
        return ask("_" + port + "._tcp." + host.ascii(), Tlsa.class);
    }

    @Override
    public Answer<Domain> alias(Domain name) {
        questions.incrementAndGet();
        String target = aliases.get(name.ascii());
        boolean authenticated = secure.contains(name.ascii());
        return target == null
                ? new Answer.NoRecords<>(ttl, authenticated)
                : new Answer.Found<>(List.of(new Domain(target)), ttl, authenticated);
    }

    private static <T, U> Answer<U> map(Answer<T> answer, Function<T, U> reader) {
        return switch (answer) {
            case Answer.Found<T>(var found, var ttl, boolean authenticated) ->
                new Answer.Found<>(found.stream().map(reader).toList(), ttl, authenticated);
            case Answer.NoRecords<T>(var ttl, boolean authenticated) -> new Answer.NoRecords<>(ttl, authenticated);
            case Answer.NoSuchName<T>(var ttl, boolean authenticated) -> new Answer.NoSuchName<>(ttl, authenticated);
            case Answer.Failed<T>(var failure, var detail) -> new Answer.Failed<>(failure, detail);
        };
    }

    private <T> Answer<T> ask(String name, Class<T> kind) {
        questions.incrementAndGet();
        String target = name;
        boolean authenticated = secure.contains(name);
        for (int hops = 0; aliases.containsKey(target); hops++) {
            target = String.valueOf(aliases.get(target));
            authenticated &= secure.contains(target);
            if (hops == 8) {
                return new Answer.Failed<>(Answer.Failure.MALFORMED, "aliases lead in a circle");
            }
        }
        Answer.Failure failure = failures.get(target);
        if (failure != null) {
            return new Answer.Failed<>(failure, target + " fails as told");
        }
        List<Object> all = records.get(target);
        if (all == null) {
            return new Answer.NoSuchName<>(ttl, authenticated);
        }
        List<T> found = new ArrayList<>();
        for (Object each : all) {
            if (kind.isInstance(each)) {
                found.add(kind.cast(each));
            }
        }
        return found.isEmpty()
                ? new Answer.NoRecords<>(ttl, authenticated)
                : new Answer.Found<>(found, ttl, authenticated);
    }
}
