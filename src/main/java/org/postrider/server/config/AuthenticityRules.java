package org.postrider.server.config;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postrider.mail.Domain;
import org.postrider.mailauth.dkim.DkimKeyPair;

/** What must hold in the sections about authenticity. */
final class AuthenticityRules {
    private final Configuration configuration;
    private final Binder binder;
    private final List<Problem> errors;

    AuthenticityRules(Configuration configuration, Binder binder, List<Problem> errors) {
        this.configuration = configuration;
        this.binder = binder;
        this.errors = errors;
    }

    void check() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < configuration.dkimKeys().size(); i++) {
            AuthenticitySections.DkimKey key = configuration.dkimKeys().get(i);
            String section = "dkim-key[" + i + "]";
            String name = key.selector() + "._domainkey." + key.domain().ascii();
            if (Domain.parse(name).isEmpty()) {
                error(
                        section + ".selector",
                        "\"" + key.selector() + "\" is no selector",
                        "letters, digits and \"-\", such as \"s1\"");
            } else if (!names.add(name)) {
                error(section + ".selector", "\"" + name + "\" is there already", "remove one of the two");
            }
            checkKey(key, section + ".key");
        }
    }

    private void checkKey(AuthenticitySections.DkimKey key, String path) {
        try {
            if (DkimKeyPair.read(key.key().resolve()) instanceof DkimKeyPair.Bad(String reason)) {
                error(path, key.key().origin() + " " + reason, "openssl genrsa -out dkim.pem 2048 makes one");
            }
        } catch (IOException e) {
            error(path, String.valueOf(e.getMessage()), "name a file with a private key in PEM");
        }
    }

    private void error(String key, String message, @Nullable String suggestion) {
        errors.add(binder.problem(key, message, suggestion));
    }
}
