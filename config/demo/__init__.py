"""The demo company: Nordwerk Automation, who sell to other manufacturers. All people and companies are invented."""
