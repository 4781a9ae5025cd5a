package org.postrider.reception;

import java.net.InetAddress;
import java.util.Optional;
import org.postrider.mail.Domain;

/** Finds the name of a client's address. */
public interface ReverseNames {
    /** The name that the address points to and that points back to it, empty where there is none. May block. */
    Optional<Domain> confirmedName(InetAddress address);
}
