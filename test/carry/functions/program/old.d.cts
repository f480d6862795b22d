declare const old: {
  shown(x: string): string;
  getHidden(): (x: string) => string;
};
export = old;
