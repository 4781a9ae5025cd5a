package org.postrider.dns;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/**
 * Leaves the JVM's own host names (those of databases, HTTP hooks and the like) to the operating system.
 *
 * <p>dnsjava registers itself for them by its mere presence; this provider, which stands first on the class path, takes
 * its place. Mail never resolves a name this way: see {@link Resolver}.
 *
 * <p>Thread: any.
 */
public final class BuiltInHostNames extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        return configuration.builtinResolver();
    }

    @Override
    public String name() {
        return "the operating system's";
    }
}
