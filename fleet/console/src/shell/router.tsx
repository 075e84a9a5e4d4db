import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { readSearch, writeSearch } from "./address.js";
import { Broken } from "./broken.js";
import { NotFound } from "./not-found.js";
import { PLACES, type Place } from "./places.js";
import { Shell } from "./shell.js";

export const START = "/overview";

/** The addresses of `places`, in the part after the `#`: the server never sees where somebody is. */
export function makeRouter(places: readonly Place[] = PLACES) {
  const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
  const route = (path: string, page: Place["page"]) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: lazyRouteComponent(async () => ({ default: await page() })),
    });
  const start = createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: () => {
      throw redirect({ href: START, replace: true });
    },
  });
  const routes = places.flatMap(({ path, page, under = [] }) => [
    route(path, page),
    ...under.map((each) => route(each.path, each.page)),
  ]);
  return createRouter({
    routeTree: root.addChildren([start, ...routes]),
    history: createHashHistory(),
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    defaultErrorComponent: Broken,
    defaultPendingMs: 400,
    scrollRestoration: true,
  });
}
