"""The names that the data has, as types, so that editors complete them."""

# fmt: off
from typing import Literal

Lang = Literal[
    "en", "zh"
]
"""Languages."""

Theme = Literal[
    "political", "grassroots", "talent", "discipline"
]
"""Sections of the report."""

Table = Literal[
    "membership", "model_villages", "secretary_pay", "grassroots_works", "talent",
    "talent_platforms", "four_winds", "case_handling", "oversight", "circulars"
]
"""Themed tables."""

Described = Literal[
    "figures", "tables", "programmes", "numerals", "vocabulary", "indicators", "refusals", "checks",
    "context", "comparisons", "explanations", "codebook", Table
]
"""What a codebook describes: functions that return a frame, and themed tables."""

Figure = Literal[
    "party_organisations", "party_members", "model_villages_province", "model_villages_city",
    "service_sites", "village_committee_entrants", "secretary_pay_2016", "secretary_pay_2021",
    "secretary_top_subsidy", "grid_branches", "collective_economy_investment",
    "empty_shell_villages", "high_level_talent", "skilled_artisans", "student_entrepreneurs",
    "high_calibre_farmers", "expert_workstations", "hedonism_cases", "hedonism_persons",
    "formalism_cases", "formalism_persons", "conduct_inspections", "inspection_problems",
    "problem_clues", "cases_filed", "persons_sanctioned", "section_level_sanctioned",
    "organisational_handling", "judicial_transfers", "error_tolerance",
    "political_discipline_problems", "leaders_reporting", "circular_batches", "circular_cases",
    "circular_persons"
]
"""Quantities that the report states."""

Indicator = Literal[
    "members_per_organisation", "pay_rise", "pay_rise_percent", "pay_rise_per_year_to_2021",
    "pay_rise_per_year_to_2020", "pay_growth_per_year_to_2021", "pay_growth_per_year_to_2020",
    "top_subsidy_over_mean_pay", "model_village_recognitions", "model_villages_city_per_year",
    "service_sites_per_year", "village_committee_entrants_per_year", "grid_branches_per_year",
    "collective_economy_investment_per_year", "talent_persons", "high_level_talent_share",
    "skilled_artisans_share", "student_entrepreneurs_share", "high_calibre_farmers_share",
    "high_level_talent_per_year", "skilled_artisans_per_year", "student_entrepreneurs_per_year",
    "high_calibre_farmers_per_year", "four_winds_cases", "four_winds_persons",
    "hedonism_share_of_cases", "formalism_share_of_cases", "hedonism_share_of_persons",
    "formalism_share_of_persons", "persons_per_hedonism_case", "persons_per_formalism_case",
    "persons_per_four_winds_case", "four_winds_share_of_cases_filed",
    "four_winds_share_of_sanctioned", "problems_per_inspection", "cases_per_100_clues",
    "sanctioned_per_100_clues", "persons_per_case", "persons_per_other_case",
    "transfers_per_100_cases", "section_level_share", "handled_per_100_sanctioned",
    "transfers_per_100_sanctioned", "persons_with_outcome", "cases_per_circular",
    "persons_per_circular", "persons_per_circulated_case", "problem_clues_per_year",
    "cases_filed_per_year", "persons_sanctioned_per_year", "organisational_handling_per_year",
    "conduct_inspections_per_year", "circular_batches_per_year"
]
"""Numbers that may be derived from them."""
