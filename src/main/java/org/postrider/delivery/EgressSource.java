package org.postrider.delivery;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where we dial from.
 *
 * @param bind the local address, {@code null} for the system's choice
 * @param heloName what EHLO says of us there
 */
public record EgressSource(@Nullable InetAddress bind, String heloName) {}
