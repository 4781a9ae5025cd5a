package org.postrider.mailauth.dmarc;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postrider.mail.Domain;
import org.postrider.message.AddressList;

/** The domains that a message's From names as its author's (RFC 9989 §5.3.1, §11.5). */
public sealed interface AuthorDomains {
    /** Domains of one field that are looked at. */
    int DOMAINS_MAX = 5;

    /** What DMARC is made for. */
    record One(Domain domain) implements AuthorDomains {}

    /**
     * More than one: DMARC is not possible, and each may be evaluated instead (§5.3.1).
     *
     * @param domains at most {@link #DOMAINS_MAX}
     * @param complete whether these are all
     */
    record Several(List<Domain> domains, boolean complete) implements AuthorDomains {
        public Several {
            domains = List.copyOf(domains);
        }
    }

    /**
     * None that can be told: no message of RFC 5322, which may be refused for that alone (§11.5).
     *
     * @param reason for people
     */
    record Absent(String reason) implements AuthorDomains {}

    /**
     * @param fromFields the values of all From fields, as text, from the top
     */
    static AuthorDomains of(List<String> fromFields) {
        if (fromFields.size() != 1) {
            return new Absent(fromFields.isEmpty() ? "no From field" : fromFields.size() + " From fields");
        }
        Optional<AddressList> authors = AddressList.parse(fromFields.getFirst());
        if (authors.isEmpty()) {
            return new Absent("the From field is malformed");
        }
        if (authors.get().entries().isEmpty()) {
            return new Absent("the From field names nobody");
        }
        Set<Domain> domains = new LinkedHashSet<>();
        for (AddressList.Entry entry : authors.get().entries()) {
            if (!(entry.host() instanceof Domain domain)) {
                return new Absent("the From field has an address literal");
            }
            domains.add(domain);
        }
        List<Domain> some = domains.stream().limit(DOMAINS_MAX).toList();
        return domains.size() == 1 ? new One(some.getFirst()) : new Several(some, some.size() == domains.size());
    }
}
