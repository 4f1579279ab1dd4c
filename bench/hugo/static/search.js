new globalThis.PagefindUI({ element: "#search" });
