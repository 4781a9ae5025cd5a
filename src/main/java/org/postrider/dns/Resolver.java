package org.postrider.dns;

import java.net.InetAddress;
import org.postrider.mail.Domain;

/**
 * Asks the DNS. Aliases (CNAME) are followed; names are fully qualified, no search list is ever applied (RFC 5321 §5.1).
 *
 * <p>Thread: any; a call blocks until there is an answer, within the resolver's time-outs.
 */
public interface Resolver {
    /** The mail exchangers, in no particular order. */
    Answer<Mx> mx(Domain name);

    /** The mail exchangers' names alone, of a name that need not be a host's, nor need they be; the null MX is left out. */
    Answer<DnsName> exchangers(DnsName name);

    /** The addresses of one family, in the order in which the server gave them. */
    Answer<InetAddress> addresses(Domain name, Family family);

    /** The same of a name that need not be a host's. */
    Answer<InetAddress> addresses(DnsName name, Family family);

    /**
     * The texts, each with its character-strings joined, as SPF and DKIM want them (RFC 7208 §3.3). One char is one octet
     * (ISO 8859-1): a text may hold anything.
     */
    Answer<String> txt(Domain name);

    /** The same of a name that need not be a host's. */
    Answer<String> txt(DnsName name);

    /**
     * The TLSA records of a TCP service, those of {@code _25._tcp.host} for mail (RFC 6698 §3). Aliases of that name are
     * followed; those of the host are not looked at, see {@link #alias}.
     */
    Answer<Tlsa> tlsa(Domain host, int port);

    /**
     * What the name itself is an alias of: one step of CNAME, which is not followed. Without an alias the answer is {@link
     * Answer.NoRecords}.
     */
    Answer<Domain> alias(Domain name);

    /** The names that the address's reverse zone gives; those that are no domain names are left out. */
    Answer<Domain> ptr(InetAddress address);
}
