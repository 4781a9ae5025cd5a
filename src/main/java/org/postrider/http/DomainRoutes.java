package org.postrider.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.domain.DomainRegister;
import org.postrider.http.DomainViews.Order;
import org.postrider.mail.Domain;
import tools.jackson.core.JacksonException;

/** Domains and their keys on the control interface; its token has been checked. */
final class DomainRoutes {
    private final Control control;

    DomainRoutes(Control control) {
        this.control = control;
    }

    void list(ServerRequest request, ServerResponse response) throws IOException {
        Optional<DomainRegister> register = register(response);
        if (register.isPresent()) {
            Exchange.json(
                    response,
                    200,
                    register.get().list().stream()
                            .map(listed -> view(register.get(), listed))
                            .toList());
        }
    }

    void show(ServerRequest request, ServerResponse response) throws IOException {
        Optional<DomainRegister> register = register(response);
        if (register.isPresent()) {
            show(register.get(), Exchange.path(request, "name"), response);
        }
    }

    private static void show(DomainRegister register, String name, ServerResponse response) throws IOException {
        Optional<Domain> domain = Domain.parse(name);
        Optional<DomainRegister.Listed> listed = domain.isEmpty() ? Optional.empty() : register.find(domain.get());
        if (listed.isPresent()) {
            Exchange.json(response, 200, view(register, listed.get()));
        } else {
            Exchange.failed(response, 404, text(DomainRegister.Change.NO_SUCH_DOMAIN, name));
        }
    }

    private static DomainViews.View view(DomainRegister register, DomainRegister.Listed listed) {
        return DomainViews.view(
                listed, register.records(listed), register.settings().rotationWait());
    }

    void change(ServerRequest request, ServerResponse response) throws IOException {
        Optional<DomainRegister> register = register(response);
        Optional<Order> order = order(request);
        if (register.isEmpty()) {
            return;
        }
        Optional<Domain> domain = order.flatMap(given -> Domain.parse(given.name()));
        if (order.isEmpty() || domain.isEmpty()) {
            Exchange.failed(response, 400, "the body is not the JSON of a domain, or the name is none");
            return;
        }
        String action = Exchange.path(request, "action");
        String name = domain.get().ascii();
        DomainRegister.@Nullable Change change =
                change(register.get(), action, domain.get(), order.get().now());
        if (change == null) {
            Exchange.failed(response, 404, "changes are add, rotate, look and remove");
        } else if (change != DomainRegister.Change.DONE) {
            Exchange.failed(response, status(change), text(change, name));
        } else if (action.equals("remove")) {
            Exchange.json(response, 200, new DomainViews.Changed(name, action));
        } else {
            show(register.get(), name, response);
        }
    }

    private Optional<DomainRegister> register(ServerResponse response) {
        Optional<DomainRegister> register = control.domains();
        if (register.isEmpty()) {
            Exchange.failed(response, 404, "this server keeps no domains");
        }
        return register;
    }

    private static Optional<Order> order(ServerRequest request) {
        try {
            return Optional.ofNullable(Exchange.JSON.readValue(Exchange.body(request), Order.class))
                    .filter(order -> order.name() != null);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    private static DomainRegister.@Nullable Change change(
            DomainRegister register, String action, Domain domain, boolean now) throws IOException {
        return switch (action) {
            case "add" -> register.add(domain, now);
            case "rotate" -> register.rotate(domain, now);
            case "look" -> register.look(domain);
            case "remove" -> register.remove(domain);
            default -> null;
        };
    }

    private static int status(DomainRegister.Change change) {
        return switch (change) {
            case DONE -> 200;
            case NO_SUCH_DOMAIN -> 404;
            case ALREADY_THERE, BAD_NAME, ROTATING, TOO_MANY -> 400;
        };
    }

    private static String text(DomainRegister.Change change, String name) {
        return switch (change) {
            case DONE -> "done";
            case NO_SUCH_DOMAIN -> "there is no domain " + name + "; `postrider domain add` adds it";
            case ALREADY_THERE ->
                "there is a domain " + name + " already; `postrider domain show` shows its records, `postrider domain"
                        + " rotate` makes new keys";
            case BAD_NAME -> "a domain here has two labels or more, and 200 octets at most";
            case ROTATING ->
                "keys of " + name + " wait for their records already; `postrider domain show` shows these, `--now`"
                        + " makes the keys sign at once";
            case TOO_MANY -> "there are " + DomainRegister.DOMAINS_MAX + " domains already, which is all it keeps";
        };
    }
}
