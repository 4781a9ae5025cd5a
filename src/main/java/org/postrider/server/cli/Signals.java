package org.postrider.server.cli;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Signals of the operating system.
 *
 * <p>{@code sun.misc.Signal} is the only door to them that Java has. It is in the supported module {@code jdk.unsupported},
 * yet the compiler warns of each use and cannot be told not to; so it is called by reflection.
 */
final class Signals {
    private Signals() {}

    /** Runs {@code action} on a thread of its own at each signal; says whether this JVM and system can. */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> answer(self, method.getName(), arguments, action));
            Object of = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, of, proxy);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // Windows has no SIGHUP; a JVM started with -Xrs handles none.
            return false;
        }
    }

    /** What the proxy does: the handler's one method, and those that every object has. */
    private static @Nullable Object answer(Object self, String method, Object[] arguments, Runnable action) {
        return switch (method) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
            case "hashCode" -> System.identityHashCode(self);
            default -> "a handler of signals";
        };
    }
}
