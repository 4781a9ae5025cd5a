package org.postrider.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.postrider.dns.Answer.Failure;
import org.postrider.mail.Domain;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Asks the configured or the system's servers over UDP, and over TCP where a reply was cut short.
 *
 * <p>Answers are remembered for their TTL, failures for a moment; a question that is under way is asked once, however
 * many wait for it. Every question ends: {@code servers × rounds} tries, each within its time-out.
 *
 * <p>Thread: any; calls block the caller.
 */
public final class DnsResolver implements Resolver {
    /** What fits into one unfragmented UDP datagram nearly everywhere. */
    private static final int EDNS_PAYLOAD_OCTETS = 1232;
    /** Questions for keys that one validated answer may take as long as, one after the other. */
    private static final int VALIDATION_STEPS = 4;

    private final DnsSettings settings;
    private final List<Server> servers;
    private final AnswerCache cache;
    private final Duration patience;
    private final Map<Question, CompletableFuture<Lookup.Result>> underWay = new ConcurrentHashMap<>();

    /** @param asked what answers, validating or not */
    private record Server(InetSocketAddress address, org.xbill.DNS.Resolver asked) {}

    /**
     * @param nanoTime a clock that never jumps, as {@code System::nanoTime}
     */
    public DnsResolver(DnsSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.cache = new AnswerCache(settings.cacheEntriesMax(), nanoTime);
        List<InetSocketAddress> addresses =
                settings.servers().isEmpty() ? ResolverConfig.getCurrentConfig().servers() : settings.servers();
        this.servers = addresses.stream()
                .limit(DnsSettings.SERVERS_MAX)
                .map(address -> server(address, settings))
                .toList();
        // UDP, and the repetition over TCP, each of which has its own time-out.
        Duration once = settings.tryTimeout().multipliedBy(2).plusSeconds(1);
        this.patience = settings.trustAnchors().isEmpty() ? once : once.multipliedBy(VALIDATION_STEPS);
    }

    private static Server server(InetSocketAddress address, DnsSettings settings) {
        SimpleResolver server = new SimpleResolver(address);
        server.setTimeout(settings.tryTimeout());
        if (settings.trustAnchors().isEmpty()) {
            server.setEDNS(0, EDNS_PAYLOAD_OCTETS, 0, List.of());
            return new Server(address, server);
        }
        ValidatingResolver validating = Validation.over(server, settings.trustAnchors());
        server.setEDNS(0, EDNS_PAYLOAD_OCTETS, ExtendedFlags.DO, List.of());
        return new Server(address, validating);
    }

    /** Those that are asked, in this order: the configured ones, else the system's. */
    public List<InetSocketAddress> servers() {
        return servers.stream().map(Server::address).toList();
    }

    @Override
    public Answer<Mx> mx(Domain name) {
        return ask(zoneText(name), Type.MX, record -> {
            MXRecord mx = (MXRecord) record;
            return mx.getTarget().equals(Name.root)
                    ? Optional.of(new Mx(mx.getPriority(), null))
                    : domain(mx.getTarget()).map(host -> new Mx(mx.getPriority(), host));
        });
    }

    @Override
    public Answer<DnsName> exchangers(DnsName name) {
        return ask(name.zoneText(), Type.MX, record -> dnsName(((MXRecord) record).getTarget()));
    }

    /** Empty for the root, and for a name with a dot in a label, which ours cannot hold. */
    private static Optional<DnsName> dnsName(Name name) {
        StringBuilder text = new StringBuilder();
        // The last label is the root's, and the first octet of each its length.
        for (int i = 0; i < name.labels() - 1; i++) {
            String label = new String(name.getLabel(i), StandardCharsets.ISO_8859_1).substring(1);
            if (label.indexOf('.') >= 0) {
                return Optional.empty();
            }
            text.append(i == 0 ? "" : ".").append(label);
        }
        return DnsName.parse(text.toString());
    }

    @Override
    public Answer<InetAddress> addresses(Domain name, Family family) {
        return addresses(zoneText(name), family);
    }

    @Override
    public Answer<InetAddress> addresses(DnsName name, Family family) {
        return addresses(name.zoneText(), family);
    }

    private Answer<InetAddress> addresses(String name, Family family) {
        return switch (family) {
            case IPV4 -> ask(name, Type.A, record -> Optional.of(((ARecord) record).getAddress()));
            case IPV6 -> ask(name, Type.AAAA, record -> Optional.of(((AAAARecord) record).getAddress()));
        };
    }

    @Override
    public Answer<String> txt(Domain name) {
        return ask(zoneText(name), Type.TXT, DnsResolver::joined);
    }

    @Override
    public Answer<String> txt(DnsName name) {
        return ask(name.zoneText(), Type.TXT, DnsResolver::joined);
    }

    private static Optional<String> joined(Record record) {
        StringBuilder text = new StringBuilder();
        for (byte[] part : ((TXTRecord) record).getStringsAsByteArrays()) {
            text.append(new String(part, StandardCharsets.ISO_8859_1));
        }
        return Optional.of(text.toString());
    }

    @Override
    public Answer<Tlsa> tlsa(Domain host, int port) {
        return ask("_" + port + "._tcp." + zoneText(host), Type.TLSA, record -> {
            TLSARecord tlsa = (TLSARecord) record;
            return Optional.of(new Tlsa(
                    tlsa.getCertificateUsage(),
                    tlsa.getSelector(),
                    tlsa.getMatchingType(),
                    HexFormat.of().formatHex(tlsa.getCertificateAssociationData())));
        });
    }

    @Override
    public Answer<Domain> alias(Domain name) {
        return ask(zoneText(name), Type.CNAME, record -> domain(((CNAMERecord) record).getTarget()));
    }

    @Override
    public Answer<Domain> ptr(InetAddress address) {
        Question question = new Question(ReverseMap.fromAddress(address), Type.PTR);
        return answer(resolve(question), record -> domain(((PTRRecord) record).getTarget()));
    }

    private static Optional<Domain> domain(Name name) {
        return Domain.parse(name.toString(true));
    }

    private static String zoneText(Domain domain) {
        return domain.ascii() + ".";
    }

    private <T> Answer<T> ask(String zoneText, int type, Function<Record, Optional<T>> reader) {
        try {
            Name name = Name.fromString(zoneText);
            return answer(resolve(new Question(name, type)), reader);
        } catch (TextParseException tooLong) {
            // A name that the DNS cannot hold (RFC 1035 §2.3.4 counts length octets too) does not exist in it.
            return new Answer.NoSuchName<>(Duration.ZERO, false);
        }
    }

    private static <T> Answer<T> answer(Lookup.Result result, Function<Record, Optional<T>> reader) {
        return switch (result.kind()) {
            case FOUND -> {
                List<T> records = new ArrayList<>(result.records().size());
                result.records().forEach(record -> reader.apply(record).ifPresent(records::add));
                yield new Answer.Found<>(records, result.ttl(), result.authenticated());
            }
            case NO_SUCH_NAME -> new Answer.NoSuchName<>(result.ttl(), result.authenticated());
            case NO_RECORDS -> new Answer.NoRecords<>(result.ttl(), result.authenticated());
            case FAILED -> new Answer.Failed<>(result.failure(), result.detail());
        };
    }

    private Lookup.Result resolve(Question question) {
        Optional<Lookup.Result> known = cache.find(question);
        if (known.isPresent()) {
            return known.get();
        }
        CompletableFuture<Lookup.Result> mine = new CompletableFuture<>();
        CompletableFuture<Lookup.Result> others = underWay.putIfAbsent(question, mine);
        if (others != null) {
            return others.join();
        }
        Lookup.Result result = Lookup.Result.failed(Failure.SERVER_FAILURE, "the look-up broke off", Duration.ZERO);
        try {
            result = lookUp(question);
            cache.keep(question, result);
        } finally {
            underWay.remove(question, mine);
            mine.complete(result);
        }
        return result;
    }

    private Lookup.Result lookUp(Question question) {
        Lookup lookup = new Lookup(question, settings);
        Name name = question.name();
        while (true) {
            switch (exchange(lookup, name, question.type())) {
                case Lookup.Step.Done done -> {
                    return done.result();
                }
                case Lookup.Step.TryElsewhere nobodyElse -> {
                    return nobodyElse.result();
                }
                case Lookup.Step.Ask ask -> name = ask.name();
            }
        }
    }

    /** Goes through the servers until one gives an answer that is none of its own failures. */
    private Lookup.Step exchange(Lookup lookup, Name name, int type) {
        Lookup.Step last =
                new Lookup.Step.TryElsewhere(lookup.failed(Failure.UNREACHABLE, "no DNS server is configured"));
        for (int round = 0; round < settings.rounds(); round++) {
            for (Server server : servers) {
                last = ask(server, lookup, name, type);
                if (!(last instanceof Lookup.Step.TryElsewhere)) {
                    return last;
                }
            }
        }
        return last;
    }

    private Lookup.Step ask(Server server, Lookup lookup, Name name, int type) {
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        if (settings.trustAd()) {
            // RFC 6840 §5.7: AD in a query asks for AD in the reply.
            query.getHeader().setFlag(Flags.AD);
        }
        String at = "server " + server.address();
        try {
            return lookup.read(exchange(server.asked(), query));
        } catch (SocketTimeoutException | TimeoutException _) {
            return elsewhere(lookup, Failure.TIMEOUT, at + " did not reply in time");
        } catch (WireParseException malformed) {
            return elsewhere(lookup, Failure.MALFORMED, at + ": " + malformed.getMessage());
        } catch (IOException unreachable) {
            return elsewhere(lookup, Failure.UNREACHABLE, at + ": " + unreachable.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return elsewhere(lookup, Failure.UNREACHABLE, at + ": interrupted");
        }
    }

    private Message exchange(org.xbill.DNS.Resolver server, Message query)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return server.sendAsync(query).toCompletableFuture().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException cause -> throw cause;
                case null, default -> throw new IOException(failed.getCause());
            }
        }
    }

    private static Lookup.Step elsewhere(Lookup lookup, Failure failure, String detail) {
        return new Lookup.Step.TryElsewhere(lookup.failed(failure, detail));
    }
}
