// SPDX-License-Identifier: Apache-2.0
/** The command line: reads options, opens the server, says what became of it. */
package dev.sluice.samples.cli;
