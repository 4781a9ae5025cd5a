package org.postrider.state;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What is to be asked or changed, on a connection that is open for as long as the call lasts. It neither commits nor rolls
 * back, changes no mode of the connection, does no other I/O and is short: others wait for it. Values go in as parameters
 * of a {@link java.sql.PreparedStatement}, never into the text.
 */
@FunctionalInterface
public interface Work<T> {
    T with(Connection connection) throws SQLException;
}
