/** What tests share: the requirement tags, and fakes that more than one package needs. */
@NullMarked
package org.postrider.testing;

import org.jspecify.annotations.NullMarked;
