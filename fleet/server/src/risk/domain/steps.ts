/** Work in short steps: who has it done may let others go on after each, or drop it. */
export type Steps<T> = Generator<void, T, void>;

/** So many things of microseconds each are one step. */
const MANY = 256;

export function* inSteps<Item>(items: Iterable<Item>, act: (item: Item) => void): Steps<void> {
  let count = 0;
  for (const item of items) {
    act(item);
    count += 1;
    if (count % MANY === 0) yield;
  }
}

/** All of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
