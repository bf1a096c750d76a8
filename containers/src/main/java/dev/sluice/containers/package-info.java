/** Resource containers: everything spent on one activity, its priority and its share, in a tree. */
package dev.sluice.containers;
