package org.postrider.policy;

import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.dns.Answer;
import org.postrider.dns.Family;
import org.postrider.dns.Resolver;
import org.postrider.mail.AddressLiteral;
import org.postrider.mail.Domain;
import org.postrider.mail.MailboxGrammar;
import org.postrider.mail.Network;

/** Whether the name in EHLO or HELO can be the client's (RFC 5321 §4.1.1.1, §4.1.3). Thread: any; may block. */
final class HeloCheck {
    private final Resolver resolver;

    HeloCheck(Resolver resolver) {
        this.resolver = resolver;
    }

    /** What is wrong with a name. */
    private record Fault(String detail, Refusal refusal) {
        static Fault of(int code, String status, String detail) {
            return new Fault(detail, Refusal.of(code, status, detail));
        }
    }

    Judgement judge(String name, InetAddress client, PolicySettings settings) {
        Optional<Domain> domain = Domain.parse(name);
        @Nullable Fault fault = fault(name, domain, client, settings);
        if (fault == null && settings.helo().mustResolve() && domain.isPresent()) {
            return resolved(domain.get(), settings.helo().response());
        }
        return fault == null
                ? Judgement.pass(Check.HELO, PlainText.of(name))
                : Judgement.found(Check.HELO, settings.helo().response(), fault.detail, fault.refusal);
    }

    private static @Nullable Fault fault(
            String name, Optional<Domain> domain, InetAddress client, PolicySettings settings) {
        String shown = "<" + PlainText.of(name) + ">: ";
        if (name.startsWith("[")) {
            Optional<AddressLiteral> literal = MailboxGrammar.addressLiteral(name);
            if (literal.isEmpty()) {
                return Fault.of(501, "5.5.2", shown + "not an address literal");
            }
            return literal.get().address().equals(client)
                    ? null
                    : Fault.of(550, "5.7.1", shown + "not the address that you come from");
        }
        if (Network.parse(name).isPresent()) {
            return Fault.of(501, "5.5.2", shown + "an address must stand in brackets");
        }
        if (domain.isEmpty()) {
            return Fault.of(501, "5.5.2", shown + "not a host name");
        }
        if (domain.get().equals(settings.host()) || settings.localDomains().contains(domain.get())) {
            return Fault.of(550, "5.7.1", shown + "that is us");
        }
        return domain.get().ascii().indexOf('.') < 0
                ? Fault.of(504, "5.5.2", shown + "need a fully qualified host name")
                : null;
    }

    private Judgement resolved(Domain name, Response response) {
        boolean failed = false;
        for (Family family : Family.values()) {
            switch (resolver.addresses(name, family)) {
                case Answer.Found<InetAddress> _ -> {
                    return Judgement.pass(Check.HELO, name.ascii());
                }
                case Answer.Failed<InetAddress> _ -> failed = true;
                case Answer.NoSuchName<InetAddress> _, Answer.NoRecords<InetAddress> _ -> {}
            }
        }
        if (failed) {
            return Judgement.unknown(Check.HELO, name + " could not be looked up");
        }
        String detail = "<" + name + ">: host not found";
        return Judgement.found(Check.HELO, response, detail, Refusal.of(550, "5.7.1", detail));
    }
}
