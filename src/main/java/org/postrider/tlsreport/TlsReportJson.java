package org.postrider.tlsreport;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.postrider.tlspolicy.AppliedPolicy;
import org.postrider.tlspolicy.PolicyType;
import org.postrider.tlspolicy.ResultType;
import org.postrider.tlspolicy.TlsLedger.Flaw;
import org.postrider.tlspolicy.TlsReport;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of reports on TLS (RFC 8460 §4.4), plain or in gzip. */
public final class TlsReportJson {
    /** Of a report as it comes, packed or not. */
    public static final int OCTETS_MAX = 4 << 20;
    /** Of what a packed report unpacks to: who sends more, sends a bomb. */
    public static final int UNPACKED_OCTETS_MAX = 16 << 20;

    private static final int DEPTH_MAX = 20;
    private static final int TEXT_MAX = 64 * 1_024;
    private static final int RESULTS_MAX = 10_000;
    private static final int TEXTS_MAX = 200;
    private static final int BUFFER_OCTETS = 8 * 1_024;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(TEXT_MAX)
                            .build())
                    .build())
            .build();

    private TlsReportJson() {}

    /** What came of reading a report. */
    public sealed interface Parsed {
        /**
         * @param leftOut entries of kinds that nobody knows
         */
        record Valid(TlsReport report, int leftOut) implements Parsed {}

        /**
         * @param why for people, a clause without a subject
         */
        record Invalid(String why) implements Parsed {}
    }

    /** Writes a report. */
    public static byte[] write(TlsReport report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("organization-name", report.organization());
        ObjectNode range = root.putObject("date-range");
        range.put("start-datetime", time(report.start()));
        range.put("end-datetime", time(report.end()));
        root.put("contact-info", report.contact());
        root.put("report-id", report.id());
        ArrayNode policies = root.putArray("policies");
        report.results().forEach(result -> write(policies.addObject(), result));
        return MAPPER.writeValueAsBytes(root);
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void write(ObjectNode entry, TlsReport.Result result) {
        ObjectNode policy = entry.putObject("policy");
        policy.put("policy-type", result.policy().type().word());
        if (!result.policy().strings().isEmpty()) {
            ArrayNode strings = policy.putArray("policy-string");
            result.policy().strings().forEach(strings::add);
        }
        policy.put("policy-domain", result.domain());
        if (!result.policy().hosts().isEmpty()) {
            ArrayNode hosts = policy.putArray("mx-host");
            result.policy().hosts().forEach(hosts::add);
        }
        ObjectNode summary = entry.putObject("summary");
        summary.put("total-successful-session-count", result.successful());
        summary.put("total-failure-session-count", result.failed());
        if (!result.failures().isEmpty()) {
            ArrayNode details = entry.putArray("failure-details");
            result.failures().forEach(failure -> write(details.addObject(), failure));
        }
    }

    private static void write(ObjectNode detail, TlsReport.Failure failure) {
        Flaw flaw = failure.flaw();
        detail.put("result-type", flaw.type().word());
        putUnlessEmpty(detail, "sending-mta-ip", flaw.sendingAddress());
        putUnlessEmpty(detail, "receiving-mx-hostname", flaw.receivingHost());
        putUnlessEmpty(detail, "receiving-ip", flaw.receivingAddress());
        detail.put("failed-session-count", failure.sessions());
        putUnlessEmpty(detail, "failure-reason-code", flaw.reason());
    }

    private static void putUnlessEmpty(ObjectNode object, String name, String value) {
        if (!value.isEmpty()) {
            object.put(name, value);
        }
    }

    /** Packs octets as a report travels (RFC 8460 §5.2). */
    public static byte[] packed(byte[] octets) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(octets.length / 2);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(octets);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return packed.toByteArray();
    }

    /** Reads a report, packed or not, as its first octets say. */
    public static Parsed read(byte[] octets) {
        if (octets.length > OCTETS_MAX) {
            return new Parsed.Invalid("is longer than " + OCTETS_MAX + " octets");
        }
        try {
            boolean gzip = octets.length > 1 && (octets[0] & 0xff) == GZIP_FIRST && (octets[1] & 0xff) == GZIP_SECOND;
            JsonNode root = MAPPER.readTree(gzip ? unpacked(octets) : octets);
            return root.isObject() ? read(root) : new Parsed.Invalid("is no JSON object");
        } catch (JacksonException malformed) {
            return new Parsed.Invalid("is not the JSON of a report");
        } catch (IOException broken) {
            return new Parsed.Invalid("cannot be unpacked: " + broken.getMessage());
        } catch (DateTimeException noTime) {
            return new Parsed.Invalid("has a time that is none");
        }
    }

    private static byte[] unpacked(byte[] octets) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length * 2);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
            byte[] buffer = new byte[BUFFER_OCTETS];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (out.size() + read > UNPACKED_OCTETS_MAX) {
                    throw new IOException("more than " + UNPACKED_OCTETS_MAX + " octets come out of it");
                }
                out.write(buffer, 0, read);
            }
        }
        return out.toByteArray();
    }

    private static Parsed read(JsonNode root) {
        JsonNode range = root.path("date-range");
        List<TlsReport.Result> results = new ArrayList<>();
        int leftOut = 0;
        for (JsonNode entry : root.path("policies")) {
            Optional<TlsReport.Result> result = results.size() < RESULTS_MAX ? result(entry) : Optional.empty();
            result.ifPresent(results::add);
            leftOut += result.isPresent() ? unknownFailures(entry) : 1;
        }
        return new Parsed.Valid(
                new TlsReport(
                        text(root, "organization-name"),
                        time(range, "start-datetime"),
                        time(range, "end-datetime"),
                        text(root, "contact-info"),
                        text(root, "report-id"),
                        results),
                leftOut);
    }

    private static Instant time(JsonNode range, String name) {
        return OffsetDateTime.parse(text(range, name)).toInstant();
    }

    private static Optional<TlsReport.Result> result(JsonNode entry) {
        JsonNode policy = entry.path("policy");
        JsonNode summary = entry.path("summary");
        return PolicyType.of(text(policy, "policy-type"))
                .map(type -> new TlsReport.Result(
                        new AppliedPolicy(type, texts(policy.path("policy-string")), texts(policy.path("mx-host"))),
                        text(policy, "policy-domain"),
                        number(summary, "total-successful-session-count"),
                        number(summary, "total-failure-session-count"),
                        failures(entry.path("failure-details"))));
    }

    private static List<TlsReport.Failure> failures(JsonNode details) {
        List<TlsReport.Failure> failures = new ArrayList<>();
        for (JsonNode detail : details) {
            Optional<ResultType> type = ResultType.of(text(detail, "result-type"));
            if (type.isPresent() && failures.size() < TlsReport.FAILURES_MAX) {
                Flaw flaw = new Flaw(
                        type.get(),
                        text(detail, "sending-mta-ip"),
                        text(detail, "receiving-mx-hostname"),
                        text(detail, "receiving-ip"),
                        text(detail, "failure-reason-code"));
                failures.add(new TlsReport.Failure(flaw, number(detail, "failed-session-count")));
            }
        }
        return failures;
    }

    private static int unknownFailures(JsonNode entry) {
        int unknown = 0;
        for (JsonNode detail : entry.path("failure-details")) {
            unknown += ResultType.of(text(detail, "result-type")).isPresent() ? 0 : 1;
        }
        return unknown;
    }

    /** Empty where it is missing or no text. */
    private static String text(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isString() ? value.stringValue() : "";
    }

    /** Zero where it is missing, no number, or none that can be counted. */
    private static long number(JsonNode object, String name) {
        JsonNode value = object.path(name);
        return value.isIntegralNumber() && value.canConvertToLong() ? Math.max(value.longValue(), 0) : 0;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        // Some write a single text where a list is due.
        if (array.isString()) {
            texts.add(array.stringValue());
        }
        for (JsonNode each : array) {
            if (each.isString() && texts.size() < TEXTS_MAX) {
                texts.add(each.stringValue());
            }
        }
        return texts;
    }
}
