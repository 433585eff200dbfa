document.querySelector("h1").title = "loaded by " + performance.now() + " ms";
