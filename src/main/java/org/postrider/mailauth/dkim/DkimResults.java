package org.postrider.mailauth.dkim;

import java.util.List;

/**
 * What became of the signatures of a message.
 *
 * @param results from the top of the header section
 * @param unseen signatures that were too many to be looked at
 */
public record DkimResults(List<DkimResult> results, int unseen) {
    public DkimResults {
        results = List.copyOf(results);
    }
}
