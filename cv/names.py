"""The names that people and other programs give to the fields of a CV, by the part of cv/resume.py that they stand in.

Names are compared without case, accents, spaces, hyphens and underscores: start_date, StartDate and startDate are one.
The names of other languages are in cv/translated_names.json, with all headings of templates/_shared/labels.json:
"fields" by the part, "anywhere" by the English name that they mean in every part, as "name" or "summary", "ofPerson"
what `details_of_person` gives.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cv import resume
from cv.fields import Part

_TRANSLATED = Path(__file__).with_name("translated_names.json")

_PERIOD = {
    "startDate": "start from begin beginDate fromDate dateStart dateFrom startedAt startedOn startsAt started since"
    " startYear fromYear periodStart dateStarted began",
    "endDate": "end to until till finish toDate dateEnd dateTo endedAt endsAt finishedOn ended finishDate"
    " completionDate endYear toYear graduationDate graduationYear graduation graduated"
    " periodEnd dateEnded completionYear yearOfCompletion yearOfGraduation passingYear yearOfPassing finished completed"
    " yearComplete yearCompleted",
}
WEBSITE = "website homepage web site link"
"""What a website is called where nothing more is said of it."""
_URL = f"{WEBSITE} nameLink websiteLink href uri page websiteUrl urlWebsite"
# Of a publication, a page is one of paper.
_URL_OF_PUBLICATION = _URL.replace(" page ", " ")
_SUMMARY = (
    "description desc descr details detail text content body about notes note abstract comment comments blurb overview"
    " introduction intro paragraph html detailsHtml descriptionHtml contentHtml bodyHtml textHtml summaryHtml"
)
_HIGHLIGHTS = (
    "bullets bulletPoints points responsibilities duties achievements accomplishments tasks contributions items"
    " keyAchievements keyPoints descriptions descriptionLi descriptionList descriptionPoints highlight activities"
    " keyResponsibilities keyResponsibility responsibility responsabilities mainTasks achievement accomplishment"
    " rolesAndResponsibilities roleAndResponsibilities keyContributions keyHighlights"
    " descriptionItems itemize notables workDone"
)
_ISSUER = (
    "organization organisation authority institution company provider issuedBy issuer awarder by from presenter"
    " issuingOrganization issuingOrganisation issuingAuthority platform vendor source"
)
_ORGANIZATION = (
    "company employer org organization organisation institution companyName employerName organizationName orgName firm"
    " entity enterprise organisationsName"
)
_POSITION = (
    "title heading role jobTitle jobRole designation roleTitle positionTitle occupation what job post jobName"
    " positionName"
)
_DATE = (
    "date dates year when issued issueDate issuedOn dateIssued dateOfIssue received awarded awardDate releaseDate"
    " period"
)
_KEYWORDS = (
    "technologies technology tech techs techStack technologyStack technologiesUsed stack tools toolsUsed tags skills"
    " items list values keyword keys"
)

_OWN_SECTIONS = (
    *("talks", "presentations", "speaking", "conferences", "patents", "courses", "training", "trainings", "workshops"),
    *("memberships", "affiliations", "activities", "extracurricular", "extracurricularActivities", "teaching"),
    *("research", "grants", "fellowships", "scholarships", "exhibitions", "performances", "media", "press"),
    *("additional", "extra", "extras", "traits", "merits", "additionalMerits"),
    *(
        "military",
        "militaryService",
        "testScores",
        "languageTests",
        "exams",
        "additionalInformation",
        "additionalInfo",
        "other",
    ),
    *("leadership", "leadershipExperience", "positionsOfResponsibility", "extracurriculars", "coCurricularActivities"),
    *("hackathons", "seminars", "events", "contributions", "openSourceContributions", "clubs", "associations"),
    *("socialExperience", "socialExperiences", "highlights", "careerHighlights", "caseStudies"),
    *("professionalDevelopment", "professionalService", "strengths", "qualifications", "miscellaneous", "misc"),
    *("service", "academicService", "reviewing", "peerReview"),
)

_SKILL_GROUPS = (
    *("programmingLanguages", "frameworks", "libraries", "frameworksAndLibraries", "databases", "database", "tools"),
    *("operatingSystems", "platforms", "softSkills", "hardSkills", "otherSkills", "personalSkills", "knowledge"),
    *(
        "framework",
        "editor",
        "editors",
        "ide",
        "ides",
        "developerTools",
        "toolsAndTechnologies",
        "cloud",
        "devops",
        "methodologies",
        "software",
    ),
)

_OF_PERSON = (
    *("birthDate", "dateOfBirth", "dob", "birthday", "birthPlace", "placeOfBirth", "nationality", "nationalities"),
    *("citizenship", "drivingLicence", "drivingLicense", "driversLicence", "driversLicense", "driverLicense"),
    *("maritalStatus", "civilStatus", "visa", "visaStatus", "workPermit", "workAuthorization", "availability"),
    *(
        "noticePeriod",
        "pronouns",
        "age",
        "sex",
        "gender",
        "born",
        "height",
        "heightCm",
        "weight",
        "weightKg",
        "religion",
    ),
    *(
        "bloodGroup",
        "bloodType",
        "ethnicity",
        "politicalStatus",
        "hometown",
        "nativePlace",
        "fatherName",
        "fathersName",
    ),
    *("motherName", "mothersName", "passport", "passportNumber", "affiliation"),
)

_FIRST_NAMES = ("prefix", "firstName", "givenName", "first", "middleName")
_LAST_NAMES = ("lastName", "familyName", "surname", "surnames", "last")

_NAMES: dict[type[Part], dict[str, str]] = {
    resume.Resume: {
        "basics": "basic basicInfo basicInformation personal personalInfo personalInformation personalDetails"
        " personalData contact contactInfo contactInformation contactDetails contactMe contacts person header userInfo"
        " user userProfile main identity bio profile about aboutMe info information general generalInfo"
        " generalInformation candidate applicant hero subject coordinates",
        "work": "experience experiences workExperience workExperiences professionalExperience employment"
        " employmentHistory workHistory jobs career careerHistory positions workExpList workExperienceList internships"
        " employers professional internship internshipExperience internExperiences pastExperience previousExperience"
        " experienceDetails workExperienceDetails workDetails employmentDetails jobHistory companies workplaces",
        "volunteer": "volunteering volunteerExperience volunteerWork volunteers voluntary voluntaryWork",
        "education": "educations studies academics educationHistory educationalBackground schools academicBackground"
        " educationList academic academicFormation academicHistory academicQualifications educationDetails"
        " educationalQualifications educationBackground",
        "awards": "award honors honours prizes achievements honorsAndAwards accomplishments awardList",
        "certificates": "certifications certification certificate licenses licences licensesAndCertifications"
        " certificationsAndLicenses",
        "publications": "publication papers articles books journals journalArticles conferencePapers preprints",
        "skills": "skill skillset skillSets technicalSkills technologies competencies coreCompetencies"
        " industryKnowledge technicalCompetencies expertise areasOfExpertise coreSkills tech techStack keySkills"
        f" skillList skillGroups skillCategories skillsByCategory {' '.join(_SKILL_GROUPS)}",
        "languages": "language spokenLanguages languageSkills",
        "interests": "interest hobbies hobby hobbiesAndInterests interestsAndHobbies",
        "references": "reference referees referee recommendations testimonials",
        "projects": "project personalProjects sideProjects openSource keyProjects projectList workList classProjects"
        " academicProjects selectedProjects featuredProjects projectExperience projectDetails",
        "customSections": f"custom additionalSections sections {' '.join(_OWN_SECTIONS)}",
    },
    resume.Basics: {
        "name": "fullName displayName personName candidateName formattedName nameCn cnName nameZh zhName"
        " chineseName nameEn enName englishName nativeName",
        "label": "headline title titles jobTitle position role roles tagline profession occupation professionalTitle"
        " designation positionTitle currentRole currentPosition currentTitle professionalHeadline subtitle"
        " job desiredTitle desiredRole desiredPosition desiredJobTitle targetTitle targetPosition targetRole",
        "image": "picture photo avatar profileImage profilePicture photoUrl headshot pictureUrl imageUrl profilePhoto"
        " photography profileImg avatarUrl",
        "email": "mail emailAddress eMailAddress emailId primaryEmail personalEmail businessEmail workEmail"
        " contactEmail emails emailAddresses eMails gmail",
        "phone": "homePhone workPhone contactNumber telephone tel mobile phoneNumber mobilePhone cell cellphone"
        " telephoneNumber mobileNumber contactNo mobileNo phoneNo primaryPhone contactPhone phones phoneNumbers"
        " telephones daytimePhone",
        "url": f"{_URL} portfolio portfolioUrl websites",
        "summary": "about bio profile objective aboutMe profileSummary introduction intro overview professionalSummary"
        " careerObjective careerSummary executiveSummary personalStatement personalSummary summaries aboutMeDesc"
        f" long short longBio shortBio lines selfEvaluation selfAssessment selfIntroduction {_SUMMARY}",
        "location": "address residence currentLocation",
        "profiles": "socials social socialNetworks socialMedia socialLinks links accounts networks socialProfiles"
        " identities",
    },
    resume.Location: {
        "address": "street road street1 unit apartment streetAddress address1 addressLine1 line1 street2 address2"
        " addressLine2 line2 full formatted neighborhood neighbourhood",
        "postalCode": "postcode zip zipcode postal code",
        "city": "town locality municipality addressLocality",
        "countryCode": "country countryName addressCountry",
        "region": "state province county addressRegion",
    },
    resume.Profile: {
        "network": "name type platform label site service title",
        "username": "user handle account nick login text value",
        "url": f"{_URL} profile address",
    },
    resume.Work: {
        "name": f"{_ORGANIZATION} client business insName jobOrganization jobCompany",
        "position": _POSITION,
        "location": "place where city area country address jobLocation",
        "url": f"{_URL} companyUrl companyWebsite companyLink links",
        **_PERIOD,
        "description": "department departmentName employmentType jobType contractType workMode locationType type team"
        " context companyDesc companyDescription aboutCompany industry domain",
        "summary": f"{_SUMMARY} workDesc jobDescription workDescription roleDescription",
        "highlights": _HIGHLIGHTS,
        "keywords": f"{_KEYWORDS} skillsUsed skillsAcquired",
    },
    resume.Volunteer: {
        "organization": f"name {_ORGANIZATION}",
        "position": _POSITION,
        "location": "place where city country",
        "url": _URL,
        **_PERIOD,
        "summary": _SUMMARY,
        "highlights": _HIGHLIGHTS,
    },
    resume.Education: {
        "institution": "school university college name organization organisation institute institutionName schoolName"
        " universityName collegeName"
        " academy insName company educationalFacility educationalInstitution",
        "location": "place where city country address",
        "url": f"{_URL} companyUrl companyLink",
        "area": "specialty speciality field fieldOfStudy major majors program programme subject specialization"
        " specialisation discipline minor minors",
        "studyType": "degree accreditation diploma title heading qualification level degreeType degreeName"
        " academicDegree position what certificate educationLevel levelOfEducation",
        **_PERIOD,
        "score": "gpa grade marks cgpa result mark note cumulativeGpa overallGpa finalGrade finalEvaluationGrade"
        " percentage percent",
        "courses": "coursework subjects modules course relevantCourses relevantCoursework curriculum skills exam exams"
        " technologies tools",
        "summary": f"{_SUMMARY} thesis more status focus info",
        "highlights": f"{_HIGHLIGHTS} honors distinctions distinction activities projects",
    },
    resume.Award: {
        "title": "name award awardInfo rank",
        "date": f"{_DATE} awardTime",
        "awarder": f"{_ISSUER} in event competition organizer organiser",
        "url": _URL,
        "summary": f"{_SUMMARY} amount highlights field category",
    },
    resume.Certificate: {
        "name": "title certificate certification",
        "date": f"{_DATE} startDate dateObtained obtained",
        "url": f"{_URL} credentialUrl credentialLink certificateUrl certificateLink verify verifyUrl verificationUrl",
        "issuer": f"{_ISSUER} school",
        "summary": f"{_SUMMARY} credentialId status",
    },
    resume.Publication: {
        "name": "title publication",
        "publisher": "journal venue conference booktitle publishedIn publicationName",
        "releaseDate": f"{_DATE} published publicationDate publishDate publishedOn publishedAt publishedDate",
        "url": f"{_URL_OF_PUBLICATION} doi",
        "authors": "author writtenBy",
        "summary": f"{_SUMMARY} status",
    },
    resume.Skill: {
        "name": "title skill label category group area type typeName domain text",
        "level": "proficiency proficiencyLevel rating rate fluency score experience percent percentage value"
        " duration years yearsOfExperience experienceYears",
        "keywords": f"{_KEYWORDS} entries ratings examples details detail description desc descriptions summary"
        " skillDesc tip content",
    },
    resume.Language: {
        "language": "name lang title label",
        "fluency": "level proficiency proficiencyLevel skill rating experience description details summary value"
        " percent percentage note confidence text strLevel levelName levelText",
    },
    resume.Interest: {
        "name": "title interest hobby label text",
        "keywords": f"{_KEYWORDS} details description summary",
    },
    resume.Reference: {
        "name": "author person referee fullName title",
        "reference": f"summary quote recommendation testimonial {_SUMMARY} position role jobTitle company organization"
        " organisation relationship relation email phone telephone contact contactInfo",
    },
    resume.Project: {
        "name": "title heading project workName displayName what",
        "description": "subtitle tagline summary projectDesc projectDescription projectContent workDesc"
        f" shortDescription {_SUMMARY}",
        "highlights": f"{_HIGHLIGHTS} features keyFeatures problem challenge approach solution impact outcomes results"
        " outcome objective objectives result myRole roleContributions",
        "keywords": f"{_KEYWORDS} languages primaryLanguage programmingLanguages",
        **_PERIOD,
        "url": f"{_URL} links repository repo github githubUrl demo demoUrl source liveUrl visitLink githubLink"
        " githubRepo repoUrl repoLink projectUrl projectLink liveLink demoLink liveDemo sourceCode",
        "roles": "role position projectRole",
        "entity": "organization organisation company client institution",
        "type": "category kind",
        "location": "place where city country",
    },
    resume.CustomSection: {
        "title": "name heading header label h1 h2",
        "summary": _SUMMARY,
        "entries": "items list values groups paragraphs data ul rows",
    },
    resume.CustomEntry: {
        "name": "title heading label item activity course courseName h2",
        "subtitle": f"subheading h3 {_ORGANIZATION} {_POSITION} roles position publisher journal issuer awarder value"
        " venue event provider platform score rank branch",
        "location": "place where city country",
        "url": _URL,
        **_PERIOD,
        "date": f"{_DATE} term semester",
        "summary": f"{_SUMMARY} authors status",
        "highlights": f"{_HIGHLIGHTS} courses ul",
        "keywords": _KEYWORDS,
    },
}

# What the fields of an entry may be named after: project_title, certificationDate.
_ENTRIES: Mapping[type[Part], tuple[str, ...]] = {
    resume.Work: ("job", "work", "position", "employment"),
    resume.Volunteer: ("volunteer",),
    resume.Education: ("education", "edu", "degree", "course"),
    resume.Award: ("award", "achievement"),
    resume.Certificate: ("certificate", "certification", "cert", "credential"),
    resume.Publication: ("publication", "paper"),
    resume.Skill: ("skill",),
    resume.Language: ("language", "lang"),
    resume.Interest: ("interest", "hobby"),
    resume.Reference: ("reference", "referee"),
    resume.Project: ("project",),
}

MAIN: Mapping[type[Part], str] = {
    resume.Basics: "name",
    resume.Location: "address",
    resume.Profile: "network",
    resume.Work: "position",
    resume.Volunteer: "position",
    resume.Education: "institution",
    resume.Award: "title",
    resume.Certificate: "name",
    resume.Publication: "name",
    resume.Skill: "name",
    resume.Language: "language",
    resume.Interest: "name",
    resume.Reference: "reference",
    resume.Project: "name",
    resume.CustomSection: "summary",
    resume.CustomEntry: "name",
}
"""The field that a text is when it stands where an object belongs: skills: ["Python"]."""

_WORDS = re.compile(r"[^\W_]+?(?=[A-Z][a-z]|[\W_]|$)")
_BESIDE = re.compile(r"[\s_\-./&'’\u200c:：*・]+")
_WORDS_OF_A_KIND = 2
_OF_SKILLS = frozenset(
    {"technical", "tech", "skill", "skills", "expertise", "technologies", "proficiencies", "toolbox"}
)
_ACCENTS = re.compile(r"[\u0300-\u036f]")


# Letters that keyboards and names of fields often do without, and that Unicode does not take apart.
_PLAIN = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def squeezed(name: str) -> str:
    """A name without what people write differently in it."""
    if name.isascii() and name.isalnum():
        return name.lower()
    name = _BESIDE.sub("", name).lower()
    if name.isascii():
        return name
    name = name.translate(_PLAIN)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", name)))


NETWORKS = {
    squeezed(name): name
    for name in (
        *("LinkedIn", "GitHub", "GitLab", "Twitter", "X", "Facebook", "Instagram", "YouTube", "Medium", "Mastodon"),
        *("Stack Overflow", "Behance", "Dribbble", "Xing", "ORCID", "Google Scholar", "ResearchGate", "Kaggle"),
        *("Telegram", "WhatsApp", "Skype", "Bluesky", "CodePen", "Bitbucket", "LeetCode", "HackerRank", "Codeforces"),
        *("Zhihu", "npm", "Blog", "Discord", "WeChat", "Pinterest", "TikTok", "Vimeo", "Flickr", "SoundCloud"),
        *("Strava", "Git", "Codeberg", "Hashnode", "Substack", "Codewars", "VK", "Twitch", "Reddit", "Threads", "QQ"),
        *("CodeChef", "GeeksforGeeks", "HackerEarth", "Topcoder", "freeCodeCamp", "Credly"),
    )
} | {"scholar": "Google Scholar"}
"""The networks by their squeezed names."""


@cache
def field_names(part: type[Part]) -> Mapping[str, str]:
    """The fields of a part by their squeezed names, those of other schemas included."""
    english = _english_names(part)
    names = dict(english)
    for field, others in _translated()["fields"].get(part.__name__, {}).items():
        for other in others:
            _add(names, other, field)
    for name, others in _translated()["anywhere"].items():
        if part is not resume.Resume and (meant := english.get(squeezed(name))):
            for other in others:
                _add(names, other, meant)
    return names


@cache
def _english_names(part: type[Part]) -> Mapping[str, str]:
    names = {squeezed(field): field for field in part.model_fields}
    for field, others in _NAMES[part].items():
        for other in others.split():
            names.setdefault(squeezed(other), field)
    for name, field in list(names.items()):
        for entry in _ENTRIES.get(part, ()):
            # The name of a job is not its employer's.
            if not (part is resume.Work and name == "name"):
                names.setdefault(entry + name, field)
    return names


def _add(names: dict[str, str], name: str, field: str) -> None:
    """Take a name for a field, unless it stands for another: Tätigkeit is written taetigkeit as well as tatigkeit."""
    names.setdefault(squeezed(name), field)
    names.setdefault(squeezed(name.translate(_UMLAUTS)), field)


@cache
def titles() -> frozenset[str]:
    """The names, squeezed, of a field that holds the title of whatever it stands in."""
    return frozenset({"title", *map(squeezed, _translated()["anywhere"]["title"])})


def is_title(name: str) -> bool:
    """Whether a field holds a title of whatever it stands in."""
    return squeezed(name) in titles()


@cache
def first_names() -> tuple[str, ...]:
    """The names, squeezed, of a field that holds first names, in the order that they are written in."""
    return tuple(map(squeezed, (*_FIRST_NAMES, *_translated()["givenNames"]["first"])))


@cache
def last_names() -> tuple[str, ...]:
    """The names, squeezed, of a field that holds a last name."""
    return tuple(map(squeezed, (*_LAST_NAMES, *_translated()["givenNames"]["last"])))


@cache
def kind_of_section(name: str) -> str | None:
    """The section that a longer name is a kind of: itSkills, personalInterests, proyectos_personales; None for others.

    In English the last word says what it is, in other languages the first one or the last.
    """
    words = [squeezed(word) for word in _WORDS.findall(name)]
    if len(words) < _WORDS_OF_A_KIND:
        return None
    english = _english_names(resume.Resume)
    last = words[-1] if words[-1].endswith("s") or words[-1] == "experience" else ""
    section = english.get(last)
    if section is None and words[0] not in english:
        # A noun before what is said of it, or after: proyectos personales, akademische Ausbildung.
        known = field_names(resume.Resume)
        section = known.get(words[0]) or (None if words[-1] in english else known.get(words[-1]))
    return None if section in ("basics", "customSections") else section


_OF_DATA = re.compile(r"(?:data|section|list|items|details|info|array)$")


@cache
def data_of_section(name: str) -> str | None:
    """The section that a name of a program's data is one of: experienceData, skills_section; None for others."""
    section = field_names(resume.Resume).get(_OF_DATA.sub("", squeezed(name)))
    return None if section in ("basics", "customSections") else section


@cache
def tells_skills(name: str) -> bool:
    """Whether a longer name is one of what somebody knows: technical_expertise, technicalSummary, tech_stack_used."""
    words = [squeezed(word) for word in _WORDS.findall(name)]
    return len(words) >= _WORDS_OF_A_KIND and not _OF_SKILLS.isdisjoint(words)


@cache
def own_sections() -> frozenset[str]:
    """The names, squeezed, of sections that JSON Resume does not have: each becomes one of customSections."""
    return frozenset(map(squeezed, (*_OWN_SECTIONS, *_translated()["fields"]["Resume"]["customSections"])))


@cache
def details_of_person() -> frozenset[str]:
    """The names, squeezed, of what many countries' CVs say of a person and JSON Resume has no field for."""
    names = (*_OF_PERSON, *_translated()["ofPerson"])
    return frozenset(squeezed(one) for name in names for one in (name, name.translate(_UMLAUTS)))


@cache
def skill_groups() -> frozenset[str]:
    """The names, squeezed, of lists of skills: each becomes a skill with keywords."""
    return frozenset(map(squeezed, _SKILL_GROUPS))


@cache
def translated_periods() -> frozenset[str]:
    """The names, squeezed, of a field that says from when to when something was, in other languages than English."""
    return frozenset(map(squeezed, _translated()["periods"]))


@cache
def _translated() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(_TRANSLATED.read_text(encoding="utf-8"))
    return data
