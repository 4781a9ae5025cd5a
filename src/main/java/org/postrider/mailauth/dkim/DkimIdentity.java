package org.postrider.mailauth.dkim;

import org.postrider.mail.Domain;

/**
 * Who signs: what {@code d=} and {@code s=} say, and the key behind it.
 *
 * @param selector one label or several, in A-labels
 */
public record DkimIdentity(Domain domain, String selector, Signer signer) {
    /** Throws {@link IllegalArgumentException} where the name of the key would be no domain name. */
    public DkimIdentity {
        Domain unused = new Domain(selector + "._domainkey." + domain.ascii());
        assert unused.ascii().startsWith(selector);
    }
}
