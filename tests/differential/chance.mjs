// chance.mjs - a repeatable source of chance (splitmix32): a seed is a story.
export class Chance {
    constructor(seed) { this.state = seed >>> 0; }
    next() {
        let z = (this.state = (this.state + 0x9e3779b9) >>> 0);
        z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
        z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
        return (z ^ (z >>> 15)) >>> 0;
    }
    below(n) { return this.next() % n; }
    often(percent) { return this.below(100) < percent; }
    pick(list) { return list[this.below(list.length)]; }
    some(list, percent = 50) { return list.filter(() => this.often(percent)); }
}
