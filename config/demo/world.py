"""The material that the demo company's world is made of. Every name is invented or combined at random."""

PRODUCTS = (
    ("leitstand", "Leitstand Cloud"),
    ("safestart", "SafeStart"),
    ("flowcheck", "FlowCheck"),
    ("service-plus", "Service Plus"),
)
# product → median amount of a deal, what deals are called
DEALS = {
    "leitstand": (38000, ("Leitstand for plant 1", "Leitstand, two lines", "Leitstand for the whole site")),
    "safestart": (9500, ("SafeStart retrofit", "SafeStart for the press shop", "SafeStart, six machines")),
    "flowcheck": (16500, ("FlowCheck pilot", "FlowCheck for filling", "FlowCheck, three lines")),
    "service-plus": (6200, ("Service Plus, one year", "Service Plus, three years")),
}
# name, kind, team that works its leads ("" = by region), share of contacts
SOURCES = (
    ("Website", "website", "", 28),
    ("Whitepaper", "whitepaper", "", 22),
    ("Web form", "web_form", "", 14),
    ("LinkedIn lead ad", "lead_ad", "", 12),
    ("Hannover trade fair", "event", "", 11),
    ("Sweepstakes", "sweepstakes", "", 13),
)
# slug, name, source, cost, starts days ago, lasts days
CAMPAIGNS = (
    ("leitstand-autumn", "Leitstand autumn", "LinkedIn lead ad", 14500, 90, 75),
    ("safety-weeks", "Safety weeks", "Whitepaper", 6200, 200, 60),
    ("trade-fair", "Trade fair draw", "Hannover trade fair", 28000, 230, 14),
    ("retrofit-guide", "Retrofit guide", "Whitepaper", 3900, 340, 120),
    ("summer-draw", "Summer draw", "Sweepstakes", 2400, 150, 45),
)
# name, in the shipped scorecard's target industries, nouns for company names
INDUSTRIES = (
    ("Maschinenbau", True, ("Maschinenbau", "Anlagenbau", "Antriebstechnik", "Werkzeugbau", "Hydraulik")),
    ("Metallverarbeitung", True, ("Metallbau", "Feinguss", "Armaturen", "Drahtwerke", "Präzisionsrohr")),
    ("Automobil", True, ("Fahrzeugteile", "Getriebe", "Karosserietechnik")),
    ("Elektrotechnik", True, ("Elektrotechnik", "Schaltanlagen", "Sensorik", "Messtechnik")),
    ("Kunststoff", True, ("Kunststoff", "Spritzguss", "Folien")),
    ("Lebensmittel", True, ("Molkerei", "Backwaren", "Mühlenwerke", "Feinkost")),
    ("Handel", False, ("Handel", "Großhandel", "Technikvertrieb")),
    ("Logistik", False, ("Logistik", "Spedition", "Lagertechnik")),
    ("Beratung", False, ("Consulting", "Ingenieurbüro", "Systemberatung")),
    ("Bildung", False, ("Akademie", "Bildungswerk")),
    ("Gesundheit", False, ("Medizintechnik", "Labortechnik")),
)
# place adjective or family name for the company, city, country, sales team
PLACES = (
    ("Holsteiner", "Kiel", "DE", "North"),
    ("Ostfriesische", "Emden", "DE", "North"),
    ("Hanseatische", "Hamburg", "DE", "North"),
    ("Lausitzer", "Cottbus", "DE", "North"),
    ("Havelländer", "Potsdam", "DE", "North"),
    ("Westfälische", "Bielefeld", "DE", "North"),
    ("Harzer", "Goslar", "DE", "North"),
    ("Emsländer", "Lingen", "DE", "North"),
    ("Rheinische", "Krefeld", "DE", "North"),
    ("Sauerländer", "Arnsberg", "DE", "North"),
    ("Schwarzwälder", "Villingen", "DE", "South"),
    ("Chiemgauer", "Traunstein", "DE", "South"),
    ("Mainfränkische", "Würzburg", "DE", "South"),
    ("Allgäuer", "Kempten", "DE", "South"),
    ("Oberschwäbische", "Ravensburg", "DE", "South"),
    ("Kurpfälzer", "Mannheim", "DE", "South"),
    ("Niederbayerische", "Landshut", "DE", "South"),
    ("Tiroler", "Innsbruck", "AT", "South"),
    ("Steirische", "Graz", "AT", "South"),
    ("Zürcher", "Winterthur", "CH", "South"),
    ("Brabanter", "Eindhoven", "NL", "North"),
    ("Mährische", "Brno", "CZ", "South"),
)
FAMILIES = (
    "Brennecke", "Stahnke", "Osterkamp", "Wieczorek", "Achleitner", "Fichtner", "Hönnetal", "Bredow", "Kalthoff",
    "Schimmelmann", "Dreyer", "Vogelsang", "Pohlmann", "Reinders", "Haverkamp", "Nagel", "Tiedemann", "Ellerbrock",
    "Zumbusch", "Kranz", "Lorenz", "Menzel", "Quandel", "Rothfuchs", "Seidel", "Thielemann", "Uhlmann", "Weidner",
)  # fmt: skip
LEGAL_FORMS = ("GmbH", "GmbH & Co. KG", "AG", "KG", "SE", "GmbH")
FIRST_NAMES = (
    "Miriam", "Jens-Peter", "Aylin", "Katharina", "Tobias", "Svenja", "Florian", "Paulina", "Rüdiger", "Hannelore",
    "Marek", "Lena", "Dominik", "Wolf-Dieter", "Catarina", "Mehmet", "Birgit", "Stefan", "Nele", "Volker", "Ines",
    "Andrzej", "Gudrun", "Timo", "Fatma", "Joachim", "Annika", "Bernd", "Carolin", "Detlef", "Elif", "Frauke",
    "Gregor", "Heike", "Ivo", "Jana", "Karsten", "Larissa", "Matthias", "Nadine", "Oliver", "Petra", "Quirin",
    "Ramona", "Sönke", "Tanja", "Ulrich", "Verena", "Wiebke", "Xaver", "Yvonne", "Zeynep",
)  # fmt: skip
LAST_NAMES = (
    "Osterkamp", "Wohlfahrt", "Demirci", "von Bredow", "Hartung", "Brockmann", "Achleitner", "Wieczorek", "Stahnke",
    "Fichtner", "Nowotny", "Grabert", "Sauerländer", "Schimmelpfennig", "Alves", "Yıldırım", "Tiemann", "Kowalczyk",
    "Ahlers", "Baumgärtel", "Claußen", "Dörfler", "Eickhoff", "Feddersen", "Gärtner", "Hüttner", "Iversen", "Jäckel",
    "Kröger", "Lüdemann", "Mühlbauer", "Niehoff", "Oelmann", "Pfeiffer", "Quast", "Riedmüller", "Strecker", "Thoms",
    "Urbanek", "Voß", "Wendland", "Zöllner", "Bäcker", "Çelik", "Drescher", "Engelke", "Fuhrmann", "Gehrke",
)  # fmt: skip
WOMEN = frozenset(
    {
        "Miriam", "Aylin", "Katharina", "Svenja", "Paulina", "Hannelore", "Lena", "Catarina", "Birgit", "Nele", "Ines",
        "Gudrun", "Fatma", "Annika", "Carolin", "Elif", "Frauke", "Heike", "Jana", "Larissa", "Nadine", "Petra", "Ramona",
        "Tanja", "Verena", "Wiebke", "Yvonne", "Zeynep",
    }
)  # fmt: skip
# level, titles of a man and of a woman; "decides" and "buys" are what the shipped scorecard looks for
TITLES = {
    "decides": (
        ("Leiter Produktion", "Leiterin Produktion"), ("Geschäftsführer", "Geschäftsführerin"),
        ("Leiter Instandhaltung", "Leiterin Instandhaltung"), ("Head of Operations", "Head of Operations"),
        ("Werksleiter", "Werksleiterin"), ("Leiter Automatisierung", "Leiterin Automatisierung"), ("COO", "COO"),
        ("Technischer Leiter", "Technische Leiterin"),
    ),
    "buys": (
        ("Einkäufer Technik", "Einkäuferin Technik"), ("Projektmanager", "Projektmanagerin"),
        ("Strategischer Einkauf", "Strategischer Einkauf"), ("Qualitätsmanager", "Qualitätsmanagerin"),
    ),
    "works": (
        ("Automatisierungstechniker", "Automatisierungstechnikerin"), ("Konstrukteur", "Konstrukteurin"),
        ("Produktionsplaner", "Produktionsplanerin"), ("SPS-Programmierer", "SPS-Programmiererin"),
        ("Schichtführer", "Schichtführerin"), ("Referent", "Referentin"),
    ),
    "learns": (
        ("Student Mechatronik", "Studentin Mechatronik"), ("Praktikant", "Praktikantin"),
        ("Azubi Industriemechanik", "Azubi Industriemechanik"),
    ),
}  # fmt: skip
FREE_MAIL = ("gmx.de", "web.de", "gmail.com", "t-online.de")
WHITEPAPERS = ("planning-guide", "retrofit-guide", "safety-checklist", "roi-calculator")
VIDEOS = ("safestart-in-3-minutes", "leitstand-tour", "flowcheck-live")
WEBINARS = ("scada-without-downtime", "machine-safety-2026")
PAGES = ("/", "/unternehmen", "/referenzen", "/kontakt", "/support")
ARTICLES = ("/blog/retrofit", "/blog/scada", "/blog/oee", "/blog/maschinensicherheit")
NOTES = (
    "Replaces the control system in spring, two lines.",
    "Budget is decided in January. Wants a reference in the same industry.",
    "Colleague from purchasing joins the next call.",
    "Asked about single sign-on and data location.",
    "Happy with the current supplier, contract ends next year.",
    "Prefers calls before nine.",
)
TAGS = ("Reference wanted", "Retrofit", "Tender", "Second site")
