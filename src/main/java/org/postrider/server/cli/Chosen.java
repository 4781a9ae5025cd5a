package org.postrider.server.cli;

import org.jspecify.annotations.Nullable;
import org.postrider.http.ControlViews.Order;
import org.postrider.mail.QueueId;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which queued recipients a command is about. */
final class Chosen {
    @Parameters(
            arity = "0..1",
            paramLabel = "ID|ADDRESS|DOMAIN",
            description = "A queue id, a recipient's address, or a recipients' domain.")
    private @Nullable String which;

    @Option(
            names = "--site",
            paramLabel = "NAME",
            description = "All that wait for a site, as `queue summary` names it.")
    private @Nullable String site;

    @Option(
            names = "--host",
            paramLabel = "DOMAIN",
            description = "A recipients' domain or address literal, as the positional one.")
    private @Nullable String host;

    @Option(names = "--all", description = "Everything.")
    private boolean all;

    /** The same for the control interface. */
    Order order(@Nullable String route, @Nullable String why) throws CommandFailed {
        if ((which == null ? 0 : 1) + (site == null ? 0 : 1) + (host == null ? 0 : 1) + (all ? 1 : 0) != 1) {
            throw new CommandFailed(
                    ExitCodes.USAGE,
                    "say which: a queue id, an address, a domain, --host DOMAIN, --site NAME or --all, one of them");
        }
        boolean id = which != null && QueueId.parse(which).isPresent();
        boolean address = which != null && !id && which.indexOf('@') >= 0;
        String domain = which != null && !id && !address ? which : host;
        String by = System.getProperty("user.name", "somebody");
        return new Order(all, id ? which : null, null, address ? which : null, domain, site, route, by, why);
    }

    /** The same as query parameters; nothing chosen is everything. */
    String query() throws CommandFailed {
        if (which == null && site == null && host == null) {
            return "";
        }
        Order order = order(null, null);
        if (order.id() != null) {
            return "&id=" + ControlClient.encoded(order.id());
        }
        if (order.address() != null) {
            return "&address=" + ControlClient.encoded(order.address());
        }
        return order.domain() != null
                ? "&domain=" + ControlClient.encoded(order.domain())
                : "&site=" + ControlClient.encoded(String.valueOf(order.site()));
    }
}
