/** Resource containers: everything spent on one activity, its priority and its share, in a tree. */
@NullMarked
package dev.sluice.containers;

import org.jspecify.annotations.NullMarked;
