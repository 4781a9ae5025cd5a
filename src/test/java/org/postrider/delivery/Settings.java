package org.postrider.delivery;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.postrider.delivery.DeliverySettings.PoolLimits;
import org.postrider.mail.Domain;
import org.postrider.mail.Network;
import org.postrider.smtp.client.ClientSettings;

/** The default delivery settings, but for what a test sets. */
final class Settings {
    private static final DeliverySettings REST = DeliverySettings.DEFAULT;

    private int port = REST.mxPort();
    private List<Network> privateNetworks = REST.privateNetworks();
    private String helo = REST.heloName();
    private Set<Domain> ownNames = REST.ownNames();
    private List<InetSocketAddress> ownListeners = REST.ownListeners();
    private ClientSettings client = REST.client();
    private PoolLimits pool = REST.pool();
    private boolean convertsEightBit = REST.convertsEightBit();
    private Path base = REST.base();

    /** MX hosts listen on {@code chosen}, and some of them may be private. */
    Settings mx(int chosen, List<Network> networks) {
        port = chosen;
        privateNetworks = networks;
        return this;
    }

    /** Who we are. */
    Settings identity(String name, Set<Domain> names, List<InetSocketAddress> listeners) {
        helo = name;
        ownNames = names;
        ownListeners = listeners;
        return this;
    }

    Settings client(ClientSettings timeouts) {
        client = timeouts;
        return this;
    }

    Settings pool(PoolLimits limits) {
        pool = limits;
        return this;
    }

    Settings convertsEightBit(boolean converts) {
        convertsEightBit = converts;
        return this;
    }

    /** Relative maildir paths are under {@code directory}. */
    Settings base(Path directory) {
        base = directory;
        return this;
    }

    DeliverySettings made() {
        return new DeliverySettings(
                port,
                privateNetworks,
                helo,
                REST.sources(),
                ownNames,
                ownListeners,
                client,
                REST.fallbackConnect(),
                pool,
                REST.hostsMax(),
                REST.addressesMax(),
                REST.addressesPerHostMax(),
                REST.attemptsMax(),
                REST.routesMemoryMax(),
                convertsEightBit,
                base);
    }
}
