package org.postrider.server;

import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.postrider.account.UserRegister;
import org.postrider.certificate.CertificateKeeper;
import org.postrider.domain.DomainRegister;
import org.postrider.feedback.ReceivedReports;
import org.postrider.http.CertificateLine;
import org.postrider.http.Control;
import org.postrider.http.Health;
import org.postrider.mail.QueueId;
import org.postrider.queue.QueueEngine;
import org.postrider.queue.QueueSummary;
import org.postrider.queue.QueuedRecipient;
import org.postrider.queue.Selection;
import org.postrider.server.config.ConfigurationFile;
import org.postrider.spool.Condition;
import org.postrider.spool.Spool;
import org.postrider.spool.StoredMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the HTTP side: questions to the queue are asked on the engine's thread. Thread: any; calls block. */
final class NodeControl implements Control {
    private static final Logger LOG = LoggerFactory.getLogger(NodeControl.class);

    private final Node node;
    private final EngineThread engineThread;
    private final QueueEngine engine;
    private final Spool spool;
    private final ReceivedReports reports;
    private final DomainRegister domains;

    NodeControl(
            Node node,
            EngineThread engineThread,
            QueueEngine engine,
            Spool spool,
            ReceivedReports reports,
            DomainRegister domains) {
        this.node = node;
        this.engineThread = engineThread;
        this.engine = engine;
        this.spool = spool;
        this.reports = reports;
        this.domains = domains;
    }

    @Override
    public Health health() {
        Condition condition = spool.condition();
        Map<String, String> details = new TreeMap<>();
        details.put("stress", node.stress().level().name());
        details.put("spool messages", Long.toString(condition.messages()));
        details.put("spool fill", Math.round(condition.fill() * 100) + " %");
        details.put("commit p99", condition.commitP99().toMillis() + " ms");
        details.put("quarantined", Long.toString(condition.quarantined()));
        details.put("failed syncs", Long.toString(condition.failedSyncs()));
        details.put("smtp", node.smtpAddresses().toString());
        return new Health(node.phase(), details);
    }

    @Override
    public QueueSummary summary() {
        return ask(engine::summary);
    }

    @Override
    public List<QueuedRecipient> list(Selection selection, @Nullable QueueId after, int limit) {
        return ask(() -> engine.list(selection, after, limit));
    }

    @Override
    public int act(Action action, Selection selection, String by, String why) {
        int taken = ask(() -> switch (action) {
            case Action.Hold() -> engine.hold(selection, by, why);
            case Action.Release() -> engine.release(selection, by, why);
            case Action.Retry() -> engine.retry(selection, by, why);
            case Action.Remove() -> engine.remove(selection, by, why);
            case Action.Reroute(var route) -> engine.reroute(selection, route, by, why);
        });
        LOG.info("{} of {}: {} recipients, by {}: {}", action, selection, taken, by, why);
        return taken;
    }

    private <T> T ask(Callable<T> question) {
        try {
            return engineThread.call(question);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the queue engine failed on a question", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking the queue engine", e);
        }
    }

    @Override
    public Optional<StoredMessage> find(QueueId id) throws IOException {
        return spool.find(id);
    }

    @Override
    public InputStream content(QueueId id) throws IOException {
        return spool.content(id);
    }

    @Override
    public Optional<ReceivedReports> reports() {
        return Optional.of(reports);
    }

    @Override
    public Optional<DomainRegister> domains() {
        return Optional.of(domains);
    }

    @Override
    public Optional<UserRegister> users() {
        return Optional.of(node.accounts().register());
    }

    @Override
    public List<CertificateLine> certificates() {
        CertificateKeeper keeper = node.certificates();
        return keeper.kept().stream().map(kept -> line(keeper, kept)).toList();
    }

    private static CertificateLine line(CertificateKeeper keeper, CertificateKeeper.Kept kept) {
        X509Certificate certificate = kept.identity().certificate();
        return new CertificateLine(
                kept.identity().names().all(),
                certificate.getPublicKey().getAlgorithm(),
                certificate.getIssuerX500Principal().getName(),
                certificate.getNotBefore().toInstant(),
                kept.until(),
                kept.source(),
                keeper.renewal(kept).orElse(null));
    }

    @Override
    public Reloaded reload() {
        return switch (node.reread()) {
            case ConfigurationFile.Result.Valid(var configuration, var warnings) -> {
                List<String> remarks = new java.util.ArrayList<>(node.take(configuration));
                warnings.forEach(warning -> remarks.add(warning.toString()));
                yield new Reloaded(true, remarks);
            }
            case ConfigurationFile.Result.Invalid(var problems) ->
                new Reloaded(false, problems.stream().map(Object::toString).toList());
        };
    }
}
