package org.postrider.smtp.server;

/**
 * How many connections may be open at a time, over all listeners of a server. An address range is a /24 of IPv4 and a /64
 * of IPv6, which is what one customer has.
 */
public record ConnectionLimits(int connectionsMax, int perAddressMax, int perRangeMax) {
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public static final ConnectionLimits DEFAULT = new ConnectionLimits(20_000, 200, 1_000);

    public ConnectionLimits {
        if (connectionsMax < 1 || perAddressMax < 1 || perRangeMax < 1) {
            throw new IllegalArgumentException("a limit below one lets nobody in");
        }
    }
}
