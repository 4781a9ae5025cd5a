package org.postrider.reception;

import java.net.InetAddress;
import org.postrider.policy.NameConfirmation;

/** Finds the name of a client's address. */
public interface ReverseNames {
    /** Whether the address and the name that it points to confirm each other. May block, and ends by itself. */
    NameConfirmation.Result find(InetAddress address);
}
