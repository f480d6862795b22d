const rate: number = 3;

const price = (amount: number): number => amount * rate;

// @ts-expect-error Node itself cannot erase this, which is why it is here.
export = { price };
