package org.postrider.server;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.delivery.ConfiguredTls;
import org.postrider.delivery.Route;
import org.postrider.delivery.RouteTable;
import org.postrider.delivery.TlsLevel;
import org.postrider.delivery.TlsTerms;
import org.postrider.mail.Domain;
import org.postrider.server.config.Configuration;
import org.postrider.smtp.client.ClientCredentials;
import org.postrider.smtp.client.Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a {@code [[route]]} means for the way out. */
record OutgoingRoute(Configuration.RouteRule written) {
    private static final Logger LOG = LoggerFactory.getLogger(OutgoingRoute.class);

    RouteTable.Rule rule() {
        return switch (written.to()) {
            case Route.Server server -> toServer(server);
            case Route.ByMx _, Route.Maildir _, Route.Hold _, Route.Discard _ ->
                new RouteTable.Rule(written.recipientDomain(), written.to());
        };
    }

    private RouteTable.Rule toServer(Route.Server server) {
        try {
            return new RouteTable.Rule(written.recipientDomain(), server, terms(server), credentials());
        } catch (IOException e) {
            // It could be read when the configuration was checked. Without it the server would refuse the mail for
            // good.
            LOG.error("mail for {} is held: the password for {}: {}", written.recipientDomain(), server.text(), e);
            return new RouteTable.Rule(written.recipientDomain(), new Route.Hold());
        }
    }

    private @Nullable ClientCredentials credentials() throws IOException {
        if (written.user().isEmpty() || written.password().isEmpty()) {
            return null;
        }
        return new ClientCredentials(
                written.user().get(), written.password().get().resolve(), written.authInClear());
    }

    private @Nullable TlsTerms terms(Route.Server server) {
        Optional<TlsLevel> level = written.tls();
        if (level.isPresent()) {
            return terms(level.get(), written.tlsNames());
        }
        return written.user().isEmpty() ? null : terms(forPassword(server), written.tlsNames());
    }

    /** Who is sent a password must have proved who it is; within this machine there is nobody in between. */
    private static TlsLevel forPassword(Route.Server server) {
        boolean verify = !ConfiguredTls.isLoopback(server.serverName());
        boolean implicit = server.protocol() == Protocol.SMTPS;
        return verify ? TlsLevel.VERIFY : implicit ? TlsLevel.ENCRYPT : TlsLevel.MAY;
    }

    static TlsTerms terms(TlsLevel level, List<Domain> names) {
        return new TlsTerms(
                level,
                level == TlsLevel.VERIFY ? names.stream().map(Domain::ascii).toList() : List.of());
    }
}
