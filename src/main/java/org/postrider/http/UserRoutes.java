package org.postrider.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postrider.account.UserRegister;
import org.postrider.http.UserViews.Order;
import tools.jackson.core.JacksonException;

/** Accounts on the control interface; its token has been checked. */
final class UserRoutes {
    private final Control control;

    UserRoutes(Control control) {
        this.control = control;
    }

    void list(ServerRequest request, ServerResponse response) throws IOException {
        Optional<UserRegister> register = register(response);
        if (register.isPresent()) {
            Exchange.json(
                    response,
                    200,
                    register.get().list().stream()
                            .map(user -> new UserViews.Line(user.name(), user.origin(), user.disabled(), user.sendAs()))
                            .toList());
        }
    }

    void change(ServerRequest request, ServerResponse response) throws IOException {
        Optional<UserRegister> register = register(response);
        Optional<Order> order = order(request);
        if (register.isEmpty()) {
            return;
        }
        if (order.isEmpty()) {
            Exchange.failed(response, 400, "the body is not the JSON of an account");
            return;
        }
        String action = Exchange.path(request, "action");
        UserRegister.@Nullable Change change = change(register.get(), action, order.get());
        if (change == null) {
            Exchange.failed(response, 404, "changes are add, passwd, disable, enable and remove");
        } else if (change == UserRegister.Change.DONE) {
            Exchange.json(response, 200, new UserViews.Changed(order.get().name(), action));
        } else {
            Exchange.failed(response, status(change), text(change, order.get().name()));
        }
    }

    private Optional<UserRegister> register(ServerResponse response) {
        Optional<UserRegister> register = control.users();
        if (register.isEmpty()) {
            Exchange.failed(response, 404, "this server keeps no accounts");
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

    private static UserRegister.@Nullable Change change(UserRegister register, String action, Order order)
            throws IOException {
        String password = order.password() == null ? "" : order.password();
        List<String> sendAs = order.sendAs() == null ? List.of() : order.sendAs();
        return switch (action) {
            case "add" -> register.add(order.name(), password, sendAs);
            case "passwd" -> register.setPassword(order.name(), password);
            case "disable" -> register.setDisabled(order.name(), true);
            case "enable" -> register.setDisabled(order.name(), false);
            case "remove" -> register.remove(order.name());
            default -> null;
        };
    }

    private static int status(UserRegister.Change change) {
        return switch (change) {
            case DONE -> 200;
            case NO_SUCH_USER -> 404;
            case BUSY -> 503;
            case ALREADY_THERE, IN_FILE, BAD_NAME, BAD_PASSWORD, BAD_SEND_AS -> 400;
        };
    }

    private static String text(UserRegister.Change change, String name) {
        return switch (change) {
            case DONE -> "done";
            case NO_SUCH_USER -> "there is no user " + name;
            case ALREADY_THERE -> "there is a user " + name + " already; `postrider user passwd` sets a new password";
            case IN_FILE -> name + " is a user of the configuration file: change it there and reload";
            case BAD_NAME -> "that cannot be a name: 1 to 255 octets without control characters (RFC 4013)";
            case BAD_PASSWORD -> "that cannot be a password: 1 to 1024 octets without control characters (RFC 4013)";
            case BAD_SEND_AS -> "what a user may send as is a domain, an address, or *";
            case BUSY -> "too many passwords are being checked; try again";
        };
    }
}
