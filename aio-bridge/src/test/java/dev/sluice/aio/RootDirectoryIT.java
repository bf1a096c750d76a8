// SPDX-License-Identifier: Apache-2.0
package dev.sluice.aio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.uring.call.Descriptors;
import dev.sluice.uring.linux.Errno;
import org.junit.jupiter.api.Test;

/** What becomes of operations below a root whose close fails. */
class RootDirectoryIT extends FileTests {
    /** The close by the last operation has nobody to tell but the log, and the operation has its own end to come to. */
    @Test
    void shouldEndTheLastOperationAlthoughTheRootCannotBeClosed() throws Exception {
        final RootDirectory closedElsewhere = RootDirectory.open(directory);
        aio.io.paths().makeDirectory(closedElsewhere, "a/b", 0700, aio.normal, "operation");
        closedElsewhere.close();
        Descriptors.close(closedElsewhere.root.fd());

        assertThat(aio.runOne().result()).isEqualTo(-Errno.EBADF);
        aio.assertNothingLeft();
    }
}
