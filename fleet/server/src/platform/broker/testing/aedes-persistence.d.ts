/** The package has no types for its suite. */
declare module "aedes-persistence/abstract.js" {
  interface Assertions {
    equal(actual: unknown, expected: unknown, message?: string | Error): void;
    notEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    deepEqual(actual: unknown, expected: unknown, message?: string | Error): void;
    ok(value: unknown, message?: string | Error): void;
  }
  type UpstreamTest = (context: {
    plan(count: number): void;
    diagnostic(text: string): void;
    assert: Assertions;
  }) => Promise<void>;

  export default function abstractSuite(options: {
    test: (name: string, run: UpstreamTest) => void;
    persistence: () => Promise<object>;
    testAsync: true;
  }): void;
}
