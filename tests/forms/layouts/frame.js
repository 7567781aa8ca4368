// What the pages of the frameworks have in common. `KEYS` are the names of the fifteen inputs, which say nothing of
// what they are for; `window.model()` of each page returns what the framework itself holds.
window.KEYS = Array.from({ length: 15 }, (_, i) => `f${i + 1}`);
