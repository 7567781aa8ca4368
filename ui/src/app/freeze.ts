// No prototype of objects can be changed by a text that is merged into one. This is the first script of our page;
// the shell's own setting would reach the library's page as well, where frameworks break.
Object.freeze(Object.prototype);
