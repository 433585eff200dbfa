// Package cells is a grid of character cells, with styles that say what a cell
// means and not how it looks. Charts and views draw on it; the theme of package
// tui gives it colours.
package cells
